"""Held steps are let go by due date, a few at a time, and only where their system is back."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from flows.composite_services.holding.release import release
from models.environment.loader import Environment
from tests.flows.composite_services.begun import begin
from tests.flows.composite_services.holding.conftest import NOON, down
from tests.flows.composite_services.small import SMALL, composite

SECOND = timedelta(seconds=1)
BIRTH = {**SMALL["steps"]["birth"], "system": "queue"}
FORM = {"mother_iin": "900101300017", "born_on": "2026-03-01"}
Hold = Callable[..., None]


@pytest.fixture
def hold(engine: Engine) -> Hold:
    """Applications whose first step is held, the n-th due so many hours after noon."""

    def make(*due_after: int | None) -> None:
        definition = composite(steps={"birth": BIRTH})
        with engine.begin() as connection:
            for place, hours in enumerate(due_after):
                number = f"OA-{place}"
                due = None if hours is None else NOON + timedelta(hours=hours)
                begin(connection, definition, FORM, number, at=NOON + place * SECOND)
                connection.execute(
                    text("""
                        UPDATE composite_steps SET state = 'held', next_at = NULL, due_at = :due
                        WHERE key = :key
                    """),
                    {"due": due, "key": f"{number}/birth"},
                )

    return make


def let_go(engine: Engine, house: Environment, seconds: int) -> int:
    with engine.begin() as connection:
        return release(connection, house, NOON + seconds * SECOND, "test").get("queue", 0)


def ready(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        found = connection.execute(
            text("SELECT key FROM composite_steps WHERE state = 'ready' ORDER BY key")
        )
        return [key.removesuffix("/birth") for key in found.scalars()]


def test_those_due_first_go_first_and_those_without_a_due_date_last(
    engine: Engine, house: Environment, hold: Hold
) -> None:
    hold(None, 9, 3, 5)
    assert let_go(engine, house, 0) == 2
    assert ready(engine) == ["OA-2", "OA-3"]
    assert let_go(engine, house, 60) == 2
    assert ready(engine) == ["OA-0", "OA-1", "OA-2", "OA-3"]


def test_no_more_than_the_rate_however_often_it_is_asked(
    engine: Engine, house: Environment, hold: Hold
) -> None:
    hold(*range(12))
    assert [let_go(engine, house, second) for second in (0, 10, 29, 30, 40, 60, 61, 300)] == [
        *(2, 0, 0, 1, 0, 1, 0),
        2,  # what was not used in five minutes is not saved up
    ]


def test_two_at_once_let_go_no_more_than_one(
    engine: Engine, house: Environment, hold: Hold
) -> None:
    hold(*range(8))
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: let_go(engine, house, 0), range(4))) == 2


def test_a_system_that_is_still_down_keeps_its_steps(
    engine: Engine, house: Environment, hold: Hold
) -> None:
    hold(1)
    down(engine, "queue", NOON - 60 * SECOND)
    assert let_go(engine, house, 0) == 0
    with engine.begin() as connection:
        connection.execute(text("UPDATE findings SET state = 'over', ended_at = :at"), {"at": NOON})
    assert let_go(engine, house, 1) == 1


def test_where_nothing_is_held_nothing_is_written(engine: Engine, house: Environment) -> None:
    assert let_go(engine, house, 0) == 0
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM composite_circuits")).scalar() == 0
