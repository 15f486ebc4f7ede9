"""A first load into tables that were never analysed: once a nested loop of minutes."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.flows.ingest.office import EVENTS, Office, application
from tests.flows.ingest.test_store import event

ROWS = 20_000
WITHIN = 90.0
"""Seconds; it takes two, and took 190 with a nested loop over staging and due dates."""


def test_a_first_load_is_quick_whatever_the_planner_has_not_seen(office: Office) -> None:
    first = datetime(2025, 1, 1, tzinfo=UTC)
    times = [(first + timedelta(minutes=17 * n)).isoformat() for n in range(ROWS)]
    office.drop(
        *(application(f"A{n}", received_at=at, changed_at=at) for n, at in enumerate(times))
    )
    report = office.pull()
    assert (report.state, report.inserted) == ("succeeded", ROWS)
    assert report.seconds < WITHIN
    assert office.one("SELECT count(due_at) FROM applications") == ROWS
    again = office.pull(since=times[0])
    assert (again.unchanged, again.seconds < WITHIN) == (ROWS, True)


@pytest.mark.parametrize("events_first", [True, False])
def test_many_events_are_quick_on_either_side(office: Office, events_first: bool) -> None:
    stops = [event(f"e{n}", "stopped", "13T10:00", f"A{n}") for n in range(ROWS // 4)]
    office.drop(*(application(f"A{n}") for n in range(ROWS // 4)))
    office.drop(*stops, name="events.csv")
    order = [EVENTS, "office.applications"] if events_first else ["office.applications", EVENTS]
    for source in order:
        report = office.pull(source)
        assert (report.state, report.inserted) == ("succeeded", ROWS // 4)
        assert report.seconds < WITHIN
    assert office.one("SELECT count(*) FROM applications WHERE due_at IS NULL") == ROWS // 4
