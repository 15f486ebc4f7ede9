"""Contracts on a source's page: accepted with a reason, and only what was looked at."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from flows.failures.contracts.form import Facet, Form, Operation
from flows.failures.contracts.store import saw
from models.environment.contracts import Contract
from tests.console.web.conftest import Client
from tests.flows.ingest.office import ACTOR, EVENTS, SOURCE, Office

SignedIn = Callable[..., Client]
PATH = f"/sources/{SOURCE}"
ACCEPT = f"{PATH}/contracts/columns"
CONTRACT = {"name": "columns", "kind": "columns", "source": SOURCE}


class Fields:
    """The contract of the source's fields, as it was read again and again."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.now = datetime.now(UTC) - timedelta(days=1)
        self.saw(["number", "service"])

    def saw(self, names: Sequence[str]) -> str:
        """It was read and had these fields; answers its digest."""
        self.now += timedelta(hours=1)
        form = Form(operations={"": Operation(output={n: Facet(kind="text") for n in names})})
        with self.office.engine.begin() as connection:
            saw(connection, "office", Contract.model_validate(CONTRACT), form, self.now, ACTOR)
        return form.digest

    def accepted(self) -> list[tuple[str, str]]:
        return [
            tuple(row)
            for row in self.office.rows(
                "SELECT actor, basis FROM audit_entries WHERE action = 'contract.accepted'"
                " AND basis IS NOT NULL"
            )
        ]


@pytest.fixture
def office(office: Office) -> Office:
    office.declare(systems={"systems": {"office": {"contracts": [CONTRACT]}}})
    return office


@pytest.fixture
def fields(office: Office) -> Fields:
    return Fields(office)


def test_differences_are_shown_and_accepted(signed_in: SignedIn, fields: Fields) -> None:
    client = signed_in("integration_engineer")
    assert "As accepted" in client.get(PATH).text
    digest = fields.saw(["number", "<i>service_code</i>"])
    page = client.get(PATH).text
    for part in ("Differs", "&lt;i&gt;service_code", digest, "Accept it as it is now"):
        assert part in page, part
    assert "Differs" not in client.get(f"/sources/{EVENTS}").text  # it is not about its fields
    done = client.post(ACCEPT, reason="Letter 12 of the office", seen=digest)
    assert done.url.endswith(PATH)
    assert "As accepted" in done.text
    assert fields.accepted() == [("person:integration_engineer", "Letter 12 of the office")]


@pytest.mark.parametrize("reason", ["", "   ", "й" * 10_000])
def test_a_reason_is_needed(signed_in: SignedIn, fields: Fields, reason: str) -> None:
    digest = fields.saw(["number"])
    answer = signed_in("integration_engineer").post(ACCEPT, reason=reason, seen=digest)
    assert answer.status_code == 422
    assert reason.strip() in answer.text
    assert fields.accepted() == []


def test_who_comes_second_sees_what_happened(signed_in: SignedIn, fields: Fields) -> None:
    old = fields.saw(["number"])
    new = fields.saw(["number", "remark"])
    client = signed_in("integration_engineer")
    answer = client.post(ACCEPT, reason="It looked well", seen=old)
    assert answer.status_code == 409
    for part in ("read anew meanwhile", "It looked well", "remark", new):
        assert part in answer.text, part
    client.post(ACCEPT, reason="Now it does", seen=new)
    again = client.post(ACCEPT, reason="Me too", seen=new)
    assert again.status_code == 422
    assert "it is as it was accepted" in again.text
    assert "Me too" in again.text
    assert len(fields.accepted()) == 1


@pytest.mark.usefixtures("fields")
def test_no_such_contract(signed_in: SignedIn) -> None:
    client = signed_in("integration_engineer")
    for path in (f"{PATH}/contracts/other", f"/sources/{EVENTS}/contracts/columns"):
        assert client.post(path, reason="x", seen="").status_code == 404, path


def test_one_that_cannot_be_read(signed_in: SignedIn, fields: Fields) -> None:
    with fields.office.engine.begin() as connection:
        connection.execute(
            text("UPDATE contracts SET unreadable = 2, problem = :why"),
            {"why": json.dumps({"<script>": 1})},
        )
    page = signed_in("on_call").get(PATH).text
    assert "Cannot be read" in page
    assert "&lt;script&gt;" in page
    assert "Accept it" not in page
