"""Standards that do not fit: a proposal with figures, from enough cases."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from flows.delays.fit import FEWEST, Proposal, proposals
from flows.delays.recompute import recompute_all
from tests.flows.delays.world import World, moment

RECEIVED = moment("06-02 09:00")
"""A Monday, at opening; 27 working hours are allowed until Wednesday, 18:00."""


def _fill(world: World, hours: list[float]) -> None:
    """One application for each number of hours, counted from nine o'clock on one day."""
    rows: list[dict[str, Any]] = [
        {"n": str(place), "at": RECEIVED, "done": RECEIVED + timedelta(hours=each)}
        for place, each in enumerate(hours)
    ]
    with world.engine.begin() as connection:
        connection.execute(
            text("""
                INSERT INTO applications (system, number, service, channel, received_at,
                    completed_at, source, pull_id)
                VALUES ('office', :n, '00100101', 'portal', :at, :done, 'x', 1)
            """),
            rows,
        )
    with world.engine.begin() as connection:
        recompute_all(connection, world.environment)


def _proposed(world: World, fewest: int = FEWEST) -> list[Proposal]:
    since, until = moment("06-01 09:00"), moment("07-01 09:00")
    with world.engine.connect() as connection:
        return proposals(connection, world.environment, since, until, fewest)


@pytest.mark.parametrize(
    ("quick", "verdict"), [(95, "too_long"), (94, None)], ids=["at the line", "below it"]
)
def test_nearly_all_in_a_third_of_the_term(world: World, quick: int, verdict: str | None) -> None:
    _fill(world, [9.0] * quick + [33.0] * (100 - quick))
    found = _proposed(world)
    assert [each.verdict for each in found] == ([verdict] if verdict else [])
    if found:
        assert (found[0].cases, found[0].quick, found[0].allowed) == (100, 0.95, 27.0)
        assert "95% of 100 cases were done in a third of the term of 2 working days" in (
            found[0].sentence
        )


@pytest.mark.parametrize(("late", "verdict"), [(50, ["too_short"]), (49, [])])
def test_half_are_always_late(world: World, late: int, verdict: list[str]) -> None:
    _fill(world, [80.0] * late + [33.0] * (100 - late))
    found = _proposed(world)
    assert [each.verdict for each in found] == verdict
    if found:
        assert found[0].sentence.startswith("50% of 100 cases missed the term of 2 working days")


def test_too_few_cases_prove_nothing(world: World) -> None:
    _fill(world, [80.0] * 99)
    assert _proposed(world) == []
    assert [each.cases for each in _proposed(world, fewest=99)] == [99]


def test_cases_whose_clock_was_stopped_say_nothing(world: World) -> None:
    _fill(world, [80.0] * 100)
    with world.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO clock_stops (system, number, stopped_at) VALUES ('office', '1', now())"
            )
        )
    assert _proposed(world) == []
