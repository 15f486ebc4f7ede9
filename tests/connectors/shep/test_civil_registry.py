"""The caller and the civil registry's stand-in: signed both ways, and failing in every way."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

import pytest
import requests

from connectors.calling import CallContext, NotSent, Reply, Request, Unanswered, Untrusted
from connectors.shep import ShepCaller, ShepConnection
from sandbox.processes import Handle, start
from tests.connectors.signatures import examples

BIRTH = {
    "applicationNumber": "TZ-1",
    "motherIin": "900101499904",
    "bornOn": "2026-05-01",
    "medicalCertificate": "MC-77",
    "childName": "Әлия <&>",
    "sex": "F",
}
REGISTER = {"service": "CivilRegistry.RegisterBirth"}
STATUS = {"service": "CivilRegistry.Status", "message_id": "new"}


@pytest.fixture(scope="module")
def body() -> Iterator[Handle]:
    with start("civil_registry", after=0.2) as process:
        yield process


@pytest.fixture(scope="module")
def folder(body: Handle, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("environment")
    (folder / "registry.pem").write_bytes(
        requests.get(f"{body.url}/certificate", timeout=30).content
    )
    examples.write(folder, "own.pem", examples.body_pair())
    examples.write(folder, "other.pem", examples.other_pair())
    return folder


Open = Callable[..., ShepCaller]


@pytest.fixture
def make(body: Handle, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    monkeypatch.setenv("T_KEY", examples.pem(examples.body_pair().key))
    made: list[ShepCaller] = []

    def make(**connection: Any) -> ShepCaller:
        said = {
            "url": body.url,
            "sync_path": "/sync",
            "async_path": "/async",
            "sender": {"id": "tereze"},
            "sign": {"kind": "rsa", "key": {"env": "T_KEY"}, "certificate": "own.pem"},
            "trust": {"certificates": ["registry.pem"]},
            **connection,
        }
        context = CallContext("civil_registry", folder)
        caller = ShepCaller(ShepConnection.model_validate(said), context)
        caller.open()
        made.append(caller)
        return caller

    yield make
    for caller in made:
        caller.close()
    requests.delete(f"{body.url}/control/faults", timeout=30)


def order(body: Handle, kind: str, **more: Any) -> None:
    fault = {"kind": kind, "count": 1} | more
    fault = {name: value for name, value in fault.items() if value is not None}
    assert requests.post(f"{body.url}/control/faults", json=fault, timeout=30).status_code == 201


def register(caller: ShepCaller, key: str, **data: Any) -> Reply:
    return caller.call(Request(REGISTER, {**BIRTH, **data}, key))


def state(caller: ShepCaller, key: str) -> str:
    return str(caller.call(Request(STATUS, {"key": key}, key)).document["state"])


@pytest.fixture
def key() -> str:
    return str(uuid4())


def test_a_birth_is_registered_and_known_by_its_key(make: Open, key: str) -> None:
    caller = make()
    assert state(caller, key) == "absent"
    reply = register(caller, key)
    assert (reply.code, reply.fault) == ("SCSS001", None)
    assert reply.document["resultCode"] == "00000"
    assert len(reply.document["childIin"]) == 12
    found = caller.call(Request(STATUS, {"key": key}, key)).document
    assert (found["state"], found["childName"]) == ("done", "Әлия <&>")
    assert found["actNumber"] == reply.document["actNumber"]


def test_data_may_go_as_a_text(make: Open, key: str) -> None:
    operation = REGISTER | {"form": "text", "root": "birth"}
    reply = make().call(Request(operation, BIRTH, key))
    assert reply.document["resultCode"] == "00000"


def test_a_refusal_is_an_answer(make: Open, key: str) -> None:
    caller = make()
    reply = register(caller, key, medicalCertificate="MC-00")
    assert (reply.code, reply.fault) == ("SCSE002", None)
    assert reply.document["resultCode"] == "R101"
    assert reply.document["grounds"]
    assert state(caller, key) == "refused"


@pytest.mark.parametrize(
    ("kind", "more", "error", "after"),
    [
        ("lose_answer", {}, Unanswered, "done"),
        ("lose_answer", {"how": "half"}, Unanswered, "done"),
        ("slow", {"seconds": 20}, Unanswered, "done"),
        ("unsigned", {}, Untrusted, "done"),
        ("wrongly_signed", {}, Untrusted, "done"),
        ("wrongly_signed", {"value": "another"}, Untrusted, "done"),
        ("xml_bomb", {}, Untrusted, "done"),
        ("oversized", {"value": 70_000_000}, Untrusted, "done"),
    ],
)
def test_what_was_done_is_known_afterwards(
    make: Open, body: Handle, key: str, kind: str, more: Any, error: type[Exception], after: str
) -> None:
    order(body, kind, path="CivilRegistry.RegisterBirth", **more)
    with pytest.raises(error):
        register(make(timeouts={"read": 0.5 if kind == "slow" else 30}), key)
    assert state(make(), key) == after


@pytest.mark.parametrize(
    ("kind", "more", "code", "worked", "after"),
    [
        ("fault_inside", {}, "SCSE003", "maybe", "absent"),
        ("fault_inside", {"value": "SCSE001"}, "SCSE001", "no", "absent"),
        ("fault_inside", {"how": "after"}, "SCSE003", "maybe", "done"),
        ("500", {}, "HTTP 500", "maybe", "absent"),
        ("500", {"how": "after"}, "HTTP 500", "maybe", "done"),
    ],
)
def test_faults_say_whether_it_may_have_been_done(
    make: Open, body: Handle, key: str, kind: str, more: Any, code: str, worked: str, after: str
) -> None:
    caller = make()
    order(body, kind, path="CivilRegistry.RegisterBirth", **more)
    reply = register(caller, key)
    assert reply.fault is not None
    assert (reply.code, reply.fault.worked) == (code, worked)
    assert state(caller, key) == after


def test_an_inner_error_is_not_a_refusal(make: Open, body: Handle, key: str) -> None:
    order(body, "fault_inside", path="CivilRegistry.RegisterBirth", value="SCSE002")
    reply = register(make(), key)
    assert (reply.code, reply.fault, reply.document["resultCode"]) == ("SCSE002", None, "99999")


def test_a_body_that_is_down_got_nothing(make: Open, body: Handle, key: str) -> None:
    caller = make()
    assert state(caller, key) == "absent"
    order(body, "down", count=None, seconds=1)
    _wait(body, up=False)
    with pytest.raises(NotSent):
        register(caller, key)
    _wait(body, up=True)
    assert state(caller, key) == "absent"


def _wait(body: Handle, up: bool) -> None:
    end = monotonic() + 60
    while monotonic() < end:
        try:
            requests.get(body.url, timeout=30)
        except requests.ConnectionError:
            if not up:
                return
        else:
            if up:
                return
        sleep(0.02)
    raise AssertionError(f"it did not become {'up' if up else 'down'}")


def test_another_bodys_certificate_is_not_believed(make: Open, key: str) -> None:
    with pytest.raises(Untrusted, match="signed by another: a certificate"):
        register(make(trust={"certificates": ["other.pem"]}), key)


def test_without_trust_an_unsigned_answer_is_taken(make: Open, body: Handle, key: str) -> None:
    order(body, "unsigned")
    assert register(make(trust=None), key).document["resultCode"] == "00000"


def test_a_signature_of_ours_that_is_wrong_is_refused(body: Handle) -> None:
    raw = b"""<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header>
    <w:Security xmlns:w="urn:w"/></s:Header><s:Body><t:SendMessage
    xmlns:t="http://bip.bee.kz/SyncChannel/v10/Types"><request/></t:SendMessage></s:Body>
    </s:Envelope>"""
    answer = requests.post(f"{body.url}/sync", data=raw, timeout=30)
    assert answer.status_code == 500
    assert "signature is wrong" in answer.text


def test_an_attachment_is_answered_later(make: Open, key: str) -> None:
    caller = make()
    attach = {"channel": "async", "service": "Clinics.Attach", "key_property": "idempotencyKey"}
    reply = caller.call(Request(attach, {"iin": "900101499904", "clinic": "C-17"}, key))
    correlation = reply.document["correlationId"]
    fetch = {"channel": "async", "does": "get_messages"}
    status = {"service": "Clinics.Status", "message_id": "new"}
    assert caller.call(Request(status, {"key": key}, key)).document["state"] == "accepted"
    messages = _soon(caller, fetch, {"correlationId": correlation})
    assert [each["data"]["resultCode"] for each in messages] == ["00000"]
    assert messages[0]["messageType"] == "RESPONSE"
    assert caller.call(Request(status, {"key": key}, key)).document["state"] == "done"
    number = messages[0]["data"]["attachmentNumber"]
    detach = Request({"service": "Clinics.Detach"}, {"attachmentNumber": number}, f"{key}:undo")
    assert caller.call(detach).document["resultCode"] == "00000"
    assert caller.call(detach).document["resultCode"] == "R402"


def _soon(caller: ShepCaller, operation: Any, data: Any) -> list[dict[str, Any]]:
    end = monotonic() + 60
    while monotonic() < end:
        found = caller.call(Request(operation, data, str(uuid4()))).document["messages"]
        if found:
            return list(found)
        sleep(0.02)
    raise AssertionError("no message came")


def test_many_threads_share_a_caller(make: Open) -> None:
    caller = make()
    keys = [str(uuid4()) for _ in range(40)]

    def once(key: str) -> tuple[str, str]:
        number = register(caller, key).document["actNumber"]
        found = caller.call(Request(STATUS, {"key": key}, key)).document["actNumber"]
        return str(number), str(found)

    with ThreadPoolExecutor(8) as threads:
        pairs = list(threads.map(once, keys))
    assert all(number == found for number, found in pairs)
    assert len({number for number, _ in pairs}) == len(keys)
