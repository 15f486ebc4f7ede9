"""The truth about due dates, walked day by day once more from the standards as published."""

from datetime import date, datetime, time, timedelta
from typing import Any

import holidays
import pytest

from sandbox.history.facts import facts
from sandbox.history.local_time import parse
from sandbox.history.profiles import STATE_CORPORATION
from sandbox.history.world import World
from sandbox.register.standards import standard_rows
from tests.sandbox.reading import NOW

CALENDAR = holidays.country_holidays("KZ", years=range(2025, 2028))
OPENS, CLOSES = time(9), time(18)
Row = dict[str, Any]


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    world = World(STATE_CORPORATION, 5, 4_000, parse(NOW))
    return list(facts(world, 0, world.visible(world.anchor), world.number))


def next_working(day: date) -> date:
    while not CALENDAR.is_working_day(day):
        day += timedelta(days=1)
    return day


def registered_on(received: datetime) -> date:
    working = CALENDAR.is_working_day(received.date())
    late = working and received.time() > CLOSES
    return next_working(received.date() + timedelta(days=1 if late else 0))


def in_force(row: Row) -> Row:
    day = row["received_at"][:10]
    found = [
        one
        for one in standard_rows()
        if one["service"] == row["service"]
        and one["sub_type"] in (None, row["sub_type"])
        and one["channel"] in (None, row["channel"])
        and str(one["valid_from"]) <= day < str(one["valid_to"] or "9999")
    ]
    return max(found, key=lambda one: (one["sub_type"] is not None) + (one["channel"] is not None))


def stood_still(row: Row, day: date) -> bool:
    """Whether the clock stood still when the body closed on that day."""
    close = datetime.combine(day, CLOSES).isoformat()
    return row["stopped_at"] is not None and row["stopped_at"] <= close < row["restarted_at"]


def due_by_walking(row: Row) -> datetime | None:
    received, standard = datetime.fromisoformat(row["received_at"]), in_force(row)
    day, term = registered_on(received), int(standard["term"])
    if standard["unit"] == "calendar_days":
        return datetime.combine(next_working(day + timedelta(days=term)), CLOSES)
    if standard["unit"] == "working_days":
        while term:
            day = next_working(day + timedelta(days=1))
            term -= not stood_still(row, day)
        return datetime.combine(day, CLOSES)
    opens = datetime.combine(day, OPENS)
    begin = received if received.date() == day and received > opens else opens
    if standard["unit"] == "minutes":
        return begin + timedelta(minutes=term)
    return None  # working hours are held to the worked cases


def test_due_dates_are_lawful(rows: list[Row]) -> None:
    checked = stopped = 0
    for row in rows[::5] + [row for row in rows if row["stopped_at"]]:
        wanted = due_by_walking(row)
        if wanted is not None:
            assert row["due_at"] == wanted.isoformat(), row
            checked += 1
            stopped += row["stopped_at"] is not None
    assert checked > 600
    assert stopped > 60


def test_late_is_what_ends_after_its_due_moment(rows: list[Row]) -> None:
    for row in rows:
        assert row["late"] == (row["completes_at"] is None or row["completes_at"] > row["due_at"])


def test_results_keep_clear_of_the_due_moment(rows: list[Row]) -> None:
    """Ten seconds at least, and whole hours where it is late: no reading of the law turns it."""
    for row in (row for row in rows if row["completes_at"]):
        gap = datetime.fromisoformat(row["completes_at"]) - datetime.fromisoformat(row["due_at"])
        assert gap < timedelta(seconds=-10) or gap >= timedelta(hours=1), row
