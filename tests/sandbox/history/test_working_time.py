import csv
from datetime import datetime, timedelta

import holidays
import numpy as np
import pytest

from sandbox.history.local_time import iso, parse
from sandbox.history.terms import CALENDAR_DAYS, MINUTES, WORKING_DAYS, WORKING_HOURS, terms
from sandbox.history.working_time import WORK, WorkingTime
from tests.shared import shared

TIME = WorkingTime(2024, 4)
CALENDAR = holidays.country_holidays("KZ", years=range(2024, 2028))


def seconds(text: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array([int(parse(text))], dtype=np.int64)


@pytest.mark.parametrize(
    ("received", "registered"),
    [
        ("2026-05-20T18:00:00", "2026-05-20T09:00:00"),
        ("2026-05-20T18:00:01", "2026-05-21T09:00:00"),
        ("2026-05-20T07:30:00", "2026-05-20T09:00:00"),
        ("2026-05-22T19:00:00", "2026-05-25T09:00:00"),
        ("2026-05-08T18:01:00", "2026-05-12T09:00:00"),  # Victory Day is observed on the 11th
    ],
)
def test_day_of_registration(received: str, registered: str) -> None:
    opening = TIME.opening(TIME.registered_day(seconds(received)))[0]
    assert iso(opening).startswith(registered)


def test_axis_and_back() -> None:
    at = seconds("2026-05-20T10:30:00")
    point = TIME.to_axis(at)
    assert TIME.from_axis(point)[0] == at[0]
    assert iso(TIME.from_axis(point + 4 * WORK)[0]).startswith("2026-05-26T10:30:00")
    closing = TIME.from_axis((point // WORK + 1) * WORK)[0]
    assert iso(closing).startswith("2026-05-20T18:00:00"), "a day ends at its close"


def test_working_days_are_those_of_the_calendar() -> None:
    for number in range(1_000):
        day = datetime(2024, 6, 1, 12) + timedelta(days=number)
        working = bool(TIME.is_working(seconds(day.isoformat()))[0])
        assert working == CALENDAR.is_working_day(day.date()), day


def test_worked_cases_of_the_five_day_week() -> None:
    """The sandbox's truth agrees with the worked cases (those of local time it can tell)."""
    checked = 0
    with shared("deadlines/kz_vectors.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["week_days"] != "5" or row["clock_stopped_at"] or row["received_at"] < "2024-03":
                continue
            if row["unit"] == "minutes":
                continue
            at, term = seconds(row["received_at"]), np.array([int(row["term"])])
            begin, day = TIME.to_axis(at), TIME.registered_day(at)
            point = {
                "working_days": (day + term + 1) * WORK,
                "calendar_days": (TIME.calendar_days_after(day, term) + 1) * WORK,
                "working_hours": begin + term * 3600,
            }[row["unit"]]
            assert iso(TIME.from_axis(point)[0])[:16] == row["due_at"][:16], row["case"]
            checked += 1
    assert checked >= 14


def test_terms_cover_every_unit() -> None:
    assert set(np.unique(terms().units).tolist()) == {
        MINUTES,
        WORKING_HOURS,
        WORKING_DAYS,
        CALENDAR_DAYS,
    }
    assert (terms().counts > 0).all()
