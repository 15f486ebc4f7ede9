"""The gateway's stand-in: messages written by hand, keys, a plug pulled and put back."""

import stat
from pathlib import Path

import pytest
import requests
from lxml import etree

from sandbox.civil_registry.envelopes import ASYNC, SYNC, NotUnderstood, read
from sandbox.civil_registry.keys import FOLDER, kept_pair
from sandbox.ncanode.wsse import verify
from sandbox.processes import start

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


def envelope(inside: str) -> bytes:
    return f'<s:Envelope xmlns:s="{SOAP}"><s:Body>{inside}</s:Body></s:Envelope>'.encode()


def message(data: str, info: str = "") -> bytes:
    return envelope(
        f'<t:SendMessage xmlns:t="{SYNC}"><request><requestInfo><messageId>k1</messageId>'
        f"<serviceId>CivilRegistry.Status</serviceId>{info}</requestInfo>"
        f"<requestData>{data}</requestData></request></t:SendMessage>"
    )


TEXT = "&lt;r&gt;&lt;iin&gt;1&lt;/iin&gt;&lt;/r&gt;"
PROPERTY = "<properties><key>idempotencyKey</key><value>p1</value></properties>"


@pytest.mark.parametrize(
    ("raw", "key", "data", "text"),
    [
        (message("<data><iin>1</iin></data>"), "k1", {"iin": "1"}, False),
        (message(f"<data>{TEXT}</data>"), "k1", {"iin": "1"}, True),
        (message("<data/>", PROPERTY), "p1", {}, False),
        (message("<data><key>d1</key></data>"), "d1", {"key": "d1"}, False),
        (message("<data><key>d1</key></data>", PROPERTY), "p1", {"key": "d1"}, False),
    ],
)
def test_messages_are_understood(raw: bytes, key: str, data: dict[str, str], text: bool) -> None:
    asked = read(raw, SYNC)
    assert (asked.key, asked.data, asked.text) == (key, data, text)
    assert (asked.operation, asked.service) == ("SendMessage", "CivilRegistry.Status")


@pytest.mark.parametrize(
    "raw",
    [
        b"no XML",
        envelope(""),
        envelope("<SendMessage/>"),
        envelope(f'<t:SendMessage xmlns:t="{ASYNC}"><request/></t:SendMessage>'),
        envelope(f'<t:SendMessage xmlns:t="{SYNC}"><t:request/></t:SendMessage>'),
    ],
)
def test_what_is_no_message(raw: bytes) -> None:
    with pytest.raises(NotUnderstood):
        read(raw, SYNC)


def test_a_key_pair_is_kept_where_there_is_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(FOLDER, raising=False)
    assert kept_pair("body", None).pem != kept_pair("body", None).pem
    assert kept_pair("body", tmp_path).pem == kept_pair("body", tmp_path).pem
    assert stat.S_IMODE((tmp_path / "body.key").stat().st_mode) == 0o600
    assert (tmp_path / "body.pem").read_bytes() == kept_pair("body", tmp_path).pem
    monkeypatch.setenv(FOLDER, str(tmp_path / "elsewhere"))
    assert kept_pair("body", tmp_path).pem != (tmp_path / "body.pem").read_bytes()


def test_a_plug_pulled_and_put_back(tmp_path: Path) -> None:
    """What was done is known, and the signature is the same."""
    birth = (
        "<data><motherIin>900101499904</motherIin><bornOn>2026-05-01</bornOn>"
        "<medicalCertificate>7</medicalCertificate></data>"
    )
    register = message(birth).replace(b"Registry.Status", b"Registry.RegisterBirth")
    certificates = []
    for raw, words in ((register, "actNumber"), (message("<data><key>k1</key></data>"), "done")):
        with start("civil_registry", ledger=tmp_path / "ledger.jsonl") as body:
            answer = requests.post(f"{body.url}/sync", data=raw, timeout=30)
            certificates.append(requests.get(f"{body.url}/certificate", timeout=30).content)
        assert words in answer.text
        assert verify(etree.fromstring(answer.content)) is not None
    assert certificates[0] == certificates[1]
    assert "sessionId>{" in answer.text
    assert (tmp_path / "civil_registry.pem").exists()
