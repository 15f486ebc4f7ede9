"""The migration service, asked by a SOAP library that reads its WSDL."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from zeep import Client
from zeep.exceptions import Fault
from zeep.helpers import serialize_object

from sandbox.processes import Handle, start

PERSON = {"iin": "1", "kato": "711210000", "address": "Abai 1", "from": "Abai 2"}


@pytest.fixture(scope="module")
def body() -> Iterator[Handle]:
    with start("migration_service") as body:
        yield body


@pytest.fixture
def service(body: Handle) -> Iterator[Any]:
    yield Client(f"{body.url}/wsdl").service
    requests.delete(f"{body.url}/control/faults", timeout=30)


def told(answer: Any) -> dict[str, Any]:
    return {name: value for name, value in serialize_object(answer, dict).items() if value}


def ledger(body: Handle, key: str) -> list[str]:
    entries = requests.get(f"{body.url}/ledger", timeout=30).json()
    return [entry["operation"] for entry in entries if entry["key"] == key]


def test_a_residence_is_registered_told_and_cancelled(body: Handle, service: Any, key: str) -> None:
    assert told(service.GetRegistration(key=key)) == {"state": "absent"}
    made = told(service.RegisterResidence(key=key, **PERSON))
    assert made["state"] == "registered"
    assert told(service.GetRegistration(key=key)) == made
    for _ in range(2):
        gone = told(service.CancelRegistration(registrationId=made["registrationId"]))
        assert gone["state"] == "cancelled"
    assert told(service.GetRegistration(key=key))["state"] == "cancelled"
    assert ledger(body, key) == ["residence", "residence.undo"]
    assert told(service.CancelRegistration(registrationId="RES-0")) == {"state": "absent"}


def test_what_is_sent_twice_is_registered_twice(body: Handle, service: Any, key: str) -> None:
    first, second = (told(service.RegisterResidence(key=key, **PERSON)) for _ in range(2))
    assert first["registrationId"] != second["registrationId"]
    assert len(ledger(body, key)) == 2


@pytest.mark.parametrize(
    ("kato", "why"), [("710000000", "whole district"), ("71", "none"), ("71121000x", "none")]
)
def test_a_place_where_nobody_lives_is_refused(
    body: Handle, service: Any, key: str, kato: str, why: str
) -> None:
    answer = told(service.RegisterResidence(key=key, **{**PERSON, "kato": kato}))
    assert answer["state"] == "refused"
    assert why in answer["reason"]
    assert answer["grounds"]
    assert ledger(body, key) == []


def test_faults(body: Handle, service: Any, key: str) -> None:
    def order(**fault: Any) -> None:
        requests.post(f"{body.url}/control/faults", json=fault | {"count": 1}, timeout=30)

    order(kind="fault_inside", how="after", path="RegisterResidence")
    assert told(service.RegisterResidence(key=key, **PERSON))["state"] == "error"
    assert ledger(body, key) == ["residence"]
    order(kind="refuse")
    assert told(service.RegisterResidence(key=key, **PERSON))["state"] == "refused"
    order(kind="xml_bomb", path="GetRegistration")
    with pytest.raises(Exception, match=r"(?i)entit|dtd"):
        service.GetRegistration(key=key)


BROKEN = [
    (b"<a", "no XML"),
    (b"<a/>", "no operation"),
    (
        b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
        b'<m:GetRegistration xmlns:m="urn:sandbox:migration"/></e:Body></e:Envelope>',
        "missing: key",
    ),
]


@pytest.mark.parametrize(("message", "why"), BROKEN)
def test_what_is_not_understood_is_a_fault_of_the_client(
    body: Handle, message: bytes, why: str
) -> None:
    answer = requests.post(body.url, data=message, timeout=30)
    assert answer.status_code == 500
    assert "soap:Client" in answer.text
    assert why in answer.text


def test_a_missing_field_is_named(service: Any, key: str) -> None:
    with pytest.raises(Fault, match="missing: address"):
        service.RegisterResidence(key=key, iin="1", kato="711210000", address="")
