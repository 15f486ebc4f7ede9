"""Cases as offices read them: a list without personal data, one with all that belongs to it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from flows.composite_services.assistance.opening import CaseKind
from flows.composite_services.assistance.reading import listed, shown
from flows.composite_services.letters.written import write
from models.errors import ConfigurationError
from tests.flows.composite_services.assistance.conftest import CHILD, MONDAY, Standing

LETTER = {"by": "letter", "to": "REG", "text": {"en": "Please annul {reference} of {number}"}}


def cases(standing: Standing, hours: int = 0, **options: Any) -> list[dict[str, Any]]:
    with standing.engine.connect() as connection:
        return listed(connection, MONDAY + timedelta(hours=hours), **options)


def show(standing: Standing, **options: Any) -> dict[str, Any]:
    given = {"actor": "person:aigul", "basis": "my case", **options}
    with standing.engine.begin() as connection:
        return shown(connection, standing.house, standing.case, **given)


def test_the_list_tells_what_is_overdue_by_office_and_closed_ones_on_demand(
    standing: Standing,
) -> None:
    standing.at("person")
    assert [each["overdue"] for each in cases(standing, 29) + cases(standing, 31)] == [False, True]
    assert cases(standing, office="another") == []
    assert len(cases(standing, office="office 1")) == 1
    standing.says("again")
    assert cases(standing) == []
    assert [each["how"] for each in cases(standing, every=True)] == ["again"]


def test_a_case_says_what_may_be_said_and_what_is_asked_for(standing: Standing) -> None:
    file = show(standing.at("person"))
    assert file["allowed"] == ["go_on", "done", "refused", "again", "drop"]
    assert [(each["name"], each["required"], each["type"]) for each in file["asked_for"]] == [
        ("act", False, "text"),
        ("child_iin", True, "identifier"),
    ]
    standing.says("drop")
    assert (show(standing)["allowed"], show(standing)["asked_for"]) == ([], [])


def test_what_was_sent_and_came_is_shown_masked_and_the_reading_recorded(
    standing: Standing,
) -> None:
    standing.at("person", sent=True)
    with standing.engine.begin() as connection:
        connection.execute(
            text("UPDATE composite_attempts SET answered = :it"), {"it": f'{{"iin": "{CHILD}"}}'}
        )
    assert show(standing)["attempts"][0]["answered"] == '{"iin": "••••••••0018"}'
    assert CHILD in show(standing, unmasked=True)["attempts"][0]["answered"]
    with standing.engine.connect() as connection:
        actions = connection.execute(
            text("SELECT action FROM audit_entries WHERE action LIKE 'assistance.%' ORDER BY seq")
        )
        assert actions.scalars().all() == ["assistance.read", "assistance.read_unmasked"]


@pytest.mark.parametrize(
    ("change", "problem"), [({"basis": ""}, "the basis is empty"), ({"case": 99}, "no such case")]
)
def test_wrong_use(standing: Standing, change: dict[str, Any], problem: str) -> None:
    standing.at("person")
    standing.case = change.pop("case", standing.case)
    with pytest.raises(ConfigurationError, match=problem):
        show(standing, **change)


def letter(standing: Standing, basis: str = "my case") -> str:
    with standing.engine.begin() as connection:
        given = {"actor": "person:aigul", "basis": basis}
        return write(connection, standing.house, standing.case, **given).text


def test_a_letter_is_addressed_from_the_register(standing: Standing) -> None:
    standing.at("undoing", "letter", cancelled=True, undo=LETTER)
    names = '{"kk": "Тіркеуші", "en": "Register"}'
    with standing.engine.begin() as connection:
        connection.execute(
            text("INSERT INTO organisations (code, names, contact) VALUES ('REG', :it, 'room 7')"),
            {"it": names},
        )
        connection.execute(text("UPDATE composite_steps SET reference = 'A-17' WHERE step='birth'"))
    lines = letter(standing).splitlines()
    assert lines[:4] == [
        *("Кімге: Тіркеуші", "(room 7)", "Кімнен: office 1", "Өтініш: OA-2026-000001-1")
    ]
    assert "Please annul A-17 of OA-2026-000001-1" in lines
    assert show(standing)["letter"]["to"] == "REG"


def test_what_the_body_never_numbered_is_a_dash(standing: Standing) -> None:
    standing.at("undoing", "letter", cancelled=True, undo=LETTER)
    assert "Please annul — of OA-2026-000001-1" in letter(standing)


@pytest.mark.parametrize(
    ("kind", "basis", "problem"),
    [("assistance", "my case", "it is of kind assistance"), ("letter", " ", "the basis is empty")],
)
def test_no_letter(standing: Standing, kind: CaseKind, basis: str, problem: str) -> None:
    standing.at("undoing" if kind == "letter" else "person", kind, undo=LETTER)
    with pytest.raises(ConfigurationError, match=problem):
        letter(standing, basis)
