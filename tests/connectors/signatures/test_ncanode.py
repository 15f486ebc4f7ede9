"""Signing and verifying by a signing server: the stand-in of one, and a socket that is none."""

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors.calling import NotSent, Unanswered
from connectors.safe_xml import as_json, parse
from connectors.signatures.making import Signer, Verifier, signer_of, verifier_of
from connectors.signatures.options import NcaNodeSigning, SignatureTrust
from connectors.signatures.security import NotBelieved
from models.errors import ConfigurationError
from sandbox.ncanode import wsse
from sandbox.processes import start
from tests.connectors.rest.server import Reply, Server, running
from tests.connectors.signatures import examples
from tests.connectors.signatures.examples import body_pair, other_pair, signed

PASSWORD = "open sesame"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with start("ncanode") as process:
        yield process.url


@pytest.fixture
def odd() -> Iterator[Server]:
    with running() as server:
        yield server


@pytest.fixture
def signer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    monkeypatch.setenv("T_KEY", b64encode(examples.pkcs12(body_pair(), PASSWORD.encode())).decode())
    monkeypatch.setenv("T_PASSWORD", PASSWORD)

    def make(url: str) -> Signer:
        said = {"kind": "ncanode", "url": url, "key": {"env": "T_KEY"}, "within": 30}
        said["password"] = {"env": "T_PASSWORD"}
        made = signer_of(NcaNodeSigning.model_validate(said), tmp_path)
        assert made is not None
        return made

    return make


def verifier(url: str, folder: Path) -> Verifier:
    examples.write(folder, "body.pem", body_pair())
    trust = SignatureTrust(certificates=[Path("body.pem")], by="ncanode", url=url, within=30)
    made = verifier_of(trust, folder)
    assert made is not None
    return made


def test_the_server_signs(server: str, signer: Any) -> None:
    raw = signer(server).sign(parse(examples.MESSAGE.encode()))
    assert wsse.verify(parse(raw)) == body_pair().certificate


def test_a_wrong_password_is_our_own_fault(
    server: str, signer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("T_PASSWORD", "close-sesame")
    with pytest.raises(ConfigurationError, match="refused") as caught:
        signer(server).sign(parse(examples.MESSAGE.encode()))
    assert "close-sesame" not in str(caught.value)


def test_the_server_verifies(server: str, tmp_path: Path) -> None:
    found = verifier(server, tmp_path).verify(signed())
    assert as_json(found)["answer"]["act"] == "2026-000001"


def _altered() -> Any:
    envelope = signed()
    envelope.find(".//{urn:a}act").text = "forged"
    return envelope


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (_altered(), "signing server says"),
        (signed(other_pair()), "signed by another"),
        (signed(other_pair(), body_pair().certificate), "signing server says"),
        (parse(examples.MESSAGE.encode()), "not signed"),
    ],
)
def test_what_is_not_believed(server: str, tmp_path: Path, message: Any, words: str) -> None:
    with pytest.raises(NotBelieved, match=words):
        verifier(server, tmp_path).verify(message)


def test_whose_signature_it_is_is_not_left_to_the_server(odd: Server, tmp_path: Path) -> None:
    odd.answer("/wsse/verify", Reply({"status": 200, "valid": True, "signers": []}))
    with pytest.raises(NotBelieved, match="signed by another"):
        verifier(odd.url, tmp_path).verify(signed(other_pair()))


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(b"no JSON"), ConfigurationError),
        (Reply([1]), ConfigurationError),
        (Reply({"status": 400, "message": "no such alias"}, 400), ConfigurationError),
        (Reply(b"", 500), NotSent),
    ],
)
def test_a_server_that_answers_nonsense(
    odd: Server, signer: Any, tmp_path: Path, reply: Reply, error: type[Exception]
) -> None:
    odd.answer("/wsse/verify", reply)
    odd.answer("/wsse/sign", reply)
    with pytest.raises((Unanswered, NotBelieved)):
        verifier(odd.url, tmp_path).verify(signed())
    with pytest.raises(error):
        signer(odd.url).sign(parse(examples.MESSAGE.encode()))


def test_without_the_server_nothing_is_sent_and_nothing_believed(
    signer: Any, tmp_path: Path
) -> None:
    nowhere = "http://127.0.0.1:9"
    with pytest.raises(NotSent):
        signer(nowhere).sign(parse(examples.MESSAGE.encode()))
    with pytest.raises(Unanswered):
        verifier(nowhere, tmp_path).verify(signed())
