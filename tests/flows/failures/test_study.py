"""The study of the watch in small: real rounds, real sockets, real pulls, simulated time.

The whole of it is `python -m benchmarks failures_study`.
"""

from datetime import datetime, timedelta
from typing import Any

import pytest

from benchmarks.study.judged import Found, Judged, found, judge
from benchmarks.study.month import Spent, moments, run
from benchmarks.study.plan import ZONE, Incident, first_day
from benchmarks.study.stage import stage
from models.database import Database

KINDS = (
    "refused",
    "http_500",
    "wrong_body",
    "certificate",
    "failing_all",
    "hidden_fault",
    "clock_skew",
    "duplicate_ids",
    "drifted_document",
)
QUIET = ("noisy", "maintained")
STEP = timedelta(minutes=20)
TICK = "*/20 * * * *"
FIRST = datetime.combine(first_day(datetime.now(ZONE).date()), datetime.min.time(), ZONE)
SUNDAY = FIRST + timedelta(days=6 - FIRST.weekday())
WORKDAY = next(day for n in (9, 11) if (day := FIRST + timedelta(days=n)).weekday() < 5)
"""A day between Women's Day and Nauryz."""


def live(
    database: Database, begins: datetime, hours: float, orders: list[dict[str, Any]]
) -> tuple[Spent, list[Found]]:
    """Live through some hours in which the fleet is told to fail so; what was found."""
    acted = stage(database.url, database.schema, begins, begins, TICK, frozenset({*KINDS, *QUIET}))
    with acted as (engine, environment, fleet):
        for order in orders:
            fleet.order(**order)
        rounds = moments(begins, hours / 24, STEP)
        spent = run(engine, environment, fleet, rounds, lambda _moment, _spent: None)
        return spent, found(engine, begins)


@pytest.mark.slow
def test_what_fails_is_found_and_nothing_else(database: Database) -> None:
    begins = WORKDAY + timedelta(hours=9)
    incidents = [
        Incident(kind, begins + timedelta(hours=1), begins + timedelta(hours=4), begins)
        for kind in KINDS
    ]
    spent, openings = live(database, begins, 5, [each.order() for each in incidents])
    assert spent.unseen == {}
    judged: Judged = judge(incidents, openings)
    found_kinds = {each.incident.kind for each in judged.outcomes if each.confirmed is not None}
    assert found_kinds == set(KINDS)
    assert judged.false == []
    assert judged.unconfirmed == []
    ended = {each.incident.kind for each in judged.outcomes if each.over is not None}
    assert ended >= {"refused", "http_500", "wrong_body", "certificate", "drifted_document"}


@pytest.mark.slow
def test_a_night_with_lost_probes_tells_nothing(database: Database) -> None:
    begins = SUNDAY + timedelta(hours=20)
    lost = [
        {
            "kind": kind,
            "body": "noisy",
            "from": (begins + STEP * look - STEP / 4).isoformat(),
            "until": (begins + STEP * look + STEP / 4).isoformat(),
        }
        for kind, look in (("refused", 5), ("http_500", 9), ("slow_answers", 13), ("refused", 17))
    ]
    spent, openings = live(database, begins, 12, lost)
    assert spent.unseen == {}
    assert [each for each in openings if each.confirmed is not None] == []
    assert {each.system for each in openings} == {"noisy"}
    assert len(openings) == 4
    assert not any(each.alerted or each.over is None for each in openings)
