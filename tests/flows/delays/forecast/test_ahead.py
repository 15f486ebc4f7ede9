"""Warnings before breaches: by body and service, once, with numbers, and never from stale input."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from models.errors import ConfigurationError
from tests.flows.delays.forecast.past import NOW, SLOW, Past

BODY = "other"
"""A body that nothing is warned of yet."""

OF_BODY = f"name = 'BreachesAhead' AND labels ->> 'organisation' = '{BODY}'"
ALERTS = f"SELECT state, labels, sentence, annotations FROM alerts WHERE {OF_BODY}"
CHANGES = f"""
    SELECT was, became, alert_changes.reason FROM alert_changes JOIN alerts USING (fingerprint)
    WHERE {OF_BODY} ORDER BY alert_changes.id
"""
RULES = {"delays": {"forecast": {"warn_cases": 5, "warn_share": 0.5, "ahead": 3}}}


def rules(**changes: Any) -> dict[str, Any]:
    return {"delays": {"forecast": {**RULES["delays"]["forecast"], **changes}}}


def waiting(world: Past, count: int = 12) -> None:
    """So many that are nearly surely late; due on Thursday."""
    for n in range(count):
        world.received(f"W{n}", "06-03 09:30", organisation=BODY, region=SLOW)


def fires(world: Past) -> bool:
    return [state for state, *_ in world.all(ALERTS)] == ["firing"]


def test_one_warning_for_a_service_of_a_body(learned: Past) -> None:
    learned.change(environment=rules())
    waiting(learned)
    learned.check("06-04 12:10")
    [(state, labels, sentence, numbers)] = learned.all(ALERTS)
    assert (state, labels) == ("firing", {"organisation": BODY, "service": "00100101"})
    assert numbers["due"] == 12
    assert 9 <= numbers["expected"] <= 12
    # Friday is a holiday: three working days on is Tuesday.
    assert sentence == (
        f"{numbers['expected']} of 12 due by Tuesday 2025-06-10 will be late unless more are"
        " completed: 0 were, in the last 7 days"
    )
    learned.check("06-04 12:20")
    assert learned.all(CHANGES) == [(None, "firing", "fired")]
    numbered = "SELECT count(*) FROM alerts WHERE name = 'BreachesAhead' AND labels ? 'number'"
    assert learned.all(numbered) == [(0,)]


def test_it_ends_when_they_are_completed(learned: Past) -> None:
    learned.change(environment=rules())
    waiting(learned)
    learned.check("06-04 12:10")
    learned.complete_all("06-04 12:30")
    learned.check("06-04 12:40")
    assert learned.all(CHANGES)[-1] == ("firing", "resolved", "fewer_ahead")


@pytest.mark.parametrize(
    ("changes", "warned"),
    [
        ({}, True),
        ({"warn_cases": 13}, False),
        ({"warn_share": 1.0}, False),
        ({"warn_cases": 1, "warn_share": 0.01}, True),
    ],
)
def test_from_how_many_on(learned: Past, changes: dict[str, Any], warned: bool) -> None:
    learned.change(environment=rules(**changes))
    waiting(learned)
    learned.check("06-04 12:10")
    assert fires(learned) == warned


def test_it_does_not_flicker_at_the_edge(learned: Past) -> None:
    learned.change(environment=rules())
    waiting(learned)
    learned.check("06-04 12:10")
    learned.change(environment=rules(warn_cases=13))
    learned.check("06-04 12:20")
    assert fires(learned)
    learned.change(environment=rules(warn_cases=18))
    learned.check("06-04 12:30")
    assert not fires(learned)


@pytest.mark.parametrize(("ahead", "warned"), [(0, False), (1, True)])
def test_only_what_is_due_soon(learned: Past, ahead: int, warned: bool) -> None:
    learned.change(environment=rules(ahead=ahead))
    waiting(learned)
    learned.check("06-04 12:10")
    assert fires(learned) == warned


def test_what_cannot_be_seen_is_left_as_it_is(learned: Past) -> None:
    learned.change(environment=rules())
    waiting(learned)
    learned.check("06-04 12:10")
    learned.change(environment=rules(), applications={"schedule": "*/10 * * * *"})
    learned.looked(NOW + timedelta(minutes=20))
    found = learned.check("06-09 20:00")
    assert found.not_looked_at
    assert fires(learned)
    assert len(learned.all(CHANGES)) == 1


def test_a_calendar_that_ends(learned: Past) -> None:
    waiting(learned, 1)
    with learned.engine.begin() as connection:
        connection.execute(text("DELETE FROM calendar_days WHERE day > '2025-06-06'"))
    with pytest.raises(ConfigurationError, match="working days ahead"):
        learned.check("06-04 12:10")
    assert learned.states()["W0"] == "open", "judged all the same"
