"""The caller and the migration service's stand-in, by the WSDL that it serves."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests

from connectors.calling import CallContext, Reply, Request, Unanswered, Untrusted
from connectors.soap import SoapCaller, SoapConnection
from sandbox.processes import Handle, start

MOVE = {"iin": "900101499904", "kato": "751110000", "address": "Абай 1", "from": "710000000"}


@pytest.fixture(scope="module")
def body() -> Iterator[Handle]:
    with start("migration_service") as process:
        yield process


@pytest.fixture
def caller(body: Handle, tmp_path: Path) -> Iterator[SoapCaller]:
    said = {"url": body.url, "wsdl": f"{body.url}/wsdl", "max_bytes": 1_000_000}
    caller = SoapCaller(
        SoapConnection.model_validate(said), CallContext("migration_service", tmp_path)
    )
    caller.open()
    yield caller
    caller.close()
    requests.delete(f"{body.url}/control/faults", timeout=30)


def ask(caller: SoapCaller, operation: str, **data: Any) -> Reply:
    return caller.call(Request({"operation": operation}, data, "unused"))


def test_a_residence_is_registered_found_and_cancelled(caller: SoapCaller) -> None:
    key = str(uuid4())
    registered = ask(caller, "RegisterResidence", key=key, **MOVE)
    assert (registered.code, registered.fault) == ("OK", None)
    number = registered.document["registrationId"]
    assert ask(caller, "GetRegistration", key=key).document["registrationId"] == number
    cancelled = ask(caller, "CancelRegistration", registrationId=number)
    assert cancelled.fault is None


@pytest.mark.parametrize(
    ("kind", "error"),
    [("lose_answer", Unanswered), ("xml_bomb", Untrusted), ("oversized", Untrusted)],
)
def test_what_was_done_is_found_afterwards(
    body: Handle, caller: SoapCaller, kind: str, error: type[Exception]
) -> None:
    key = str(uuid4())
    order = {"kind": kind, "count": 1, "path": "RegisterResidence"}
    assert requests.post(f"{body.url}/control/faults", json=order, timeout=30).status_code == 201
    with pytest.raises(error):
        ask(caller, "RegisterResidence", key=key, **MOVE)
    assert ask(caller, "GetRegistration", key=key).document["registrationId"]
