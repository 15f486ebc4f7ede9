"""Cases go to a named office, with a term in its working days, once for each step."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, text

from flows.composite_services.assistance.cases import NewCase, open_cases, withdraw
from models.database import Database
from models.environment.loader import Environment
from models.errors import CouldNotRun
from tests.flows.composite_services.assistance.conftest import FORM, MONDAY
from tests.flows.composite_services.begun import begin
from tests.flows.composite_services.small import composite


def case(application: int, step: str = "birth", **keys: object) -> NewCase:
    return NewCase(application, step, **{"kind": "assistance", "reason": "misfit", **WORDS, **keys})  # type: ignore[arg-type]  # keys of a dataclass


WORDS = {"missing": "a result", "todo": "ask"}


@pytest.fixture
def application(engine: Engine) -> int:
    with engine.begin() as connection:
        return begin(connection, composite(), FORM)


@pytest.mark.parametrize(
    ("opened", "days", "due"),
    [
        ("2026-03-02 12:00", 1, "2026-03-03 18:00"),
        ("2026-03-02 12:00", 0, "2026-03-02 18:00"),
        ("2026-03-02 18:00", 1, "2026-03-03 18:00"),
        ("2026-03-02 18:01", 1, "2026-03-04 18:00"),
        ("2026-03-06 12:00", 1, "2026-03-10 18:00"),  # 8 March is a holiday, taken on the Monday
        ("2026-03-07 12:00", 1, "2026-03-11 18:00"),
        ("2026-03-02 12:00", 5, "2026-03-10 18:00"),
    ],
)
def test_its_term_is_in_working_days(
    engine: Engine, house: Environment, application: int, opened: str, days: int, due: str
) -> None:
    moment, expected = (datetime.fromisoformat(f"{each}+05:00") for each in (opened, due))
    with engine.begin() as connection:
        open_cases(connection, house, [case(application, working_days=days)], moment)
        found = connection.execute(text("SELECT due_at FROM assistance_cases")).scalar_one()
    assert found == expected.astimezone(UTC)


@pytest.mark.parametrize(
    ("named", "own", "expected"),
    [("a", "b", "a"), (None, "b", "b"), (None, None, "front_office")],
)
def test_the_office_is_the_named_one_the_applications_own_or_the_environments(
    engine: Engine,
    house: Environment,
    application: int,
    named: str | None,
    own: str | None,
    expected: str,
) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE composite_applications SET office = :own"), {"own": own})
        open_cases(connection, house, [case(application, office=named)], MONDAY)
        assert connection.execute(text("SELECT office FROM assistance_cases")).scalar() == expected


def test_one_of_a_kind_is_open_for_a_step_and_its_number_is_answered(
    engine: Engine, house: Environment, application: int
) -> None:
    with engine.begin() as connection:
        first = open_cases(connection, house, [case(application), case(application, "b")], MONDAY)
        again = open_cases(connection, house, [case(application, "b"), case(application)], MONDAY)
        assert again == [first[1], first[0]]
        assert withdraw(connection, application, "b", reason="it came", moment=MONDAY) == 1
        other = open_cases(connection, house, [case(application, "b")], MONDAY)
    assert other[0] not in first


def test_without_a_calendar_nothing_is_opened_and_it_is_said(
    database: Database, house: Environment
) -> None:
    engine = database.engine()
    with engine.begin() as connection:
        application = begin(connection, composite(), FORM)
        with pytest.raises(CouldNotRun, match="calendar"):
            open_cases(connection, house, [case(application)], MONDAY)
    engine.dispose()
