"""Working time between two moments, by the environment's calendar: nights and holidays are none."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from models.errors import CouldNotRun


class Hours(NamedTuple):
    """The opening hours of a working day."""

    opens_at: datetime
    closes_at: datetime


class WorkingTime:
    """The working days of a stretch of time; moments before it count as its beginning."""

    def __init__(self, days: Sequence[Hours], zone: ZoneInfo) -> None:
        self.zone = zone
        self._opens = [day.opens_at for day in days]
        self._lengths = [(day.closes_at - day.opens_at).total_seconds() for day in days]
        self._working = {day.opens_at.astimezone(zone).date() for day in days}
        self._before = [0.0]
        for length in self._lengths:
            self._before.append(self._before[-1] + length)

    def between(self, since: datetime, until: datetime) -> float:
        """Working seconds from one moment to another; 0 where it is not later."""
        return max(0.0, self._until(until) - self._until(since))

    def works(self, day: date) -> bool:
        """Whether the day is worked."""
        return day in self._working

    def _until(self, moment: datetime) -> float:
        place = bisect_right(self._opens, moment) - 1
        if place < 0:
            return 0.0
        inside = (moment - self._opens[place]).total_seconds()
        return self._before[place] + min(inside, self._lengths[place])


def load(
    connection: Connection, calendar: str, zone: ZoneInfo, since: datetime, until: datetime
) -> WorkingTime:
    """The working time from one moment to another, a day more on each side.

    Raises:
        CouldNotRun: the calendar is not in the database.
    """
    days = connection.execute(
        text("""
            SELECT opens_at, closes_at, working FROM calendar_days
            WHERE calendar = :calendar AND day BETWEEN :first AND :last ORDER BY day
        """),
        {
            "calendar": calendar,
            "first": (since - timedelta(days=1)).astimezone(zone).date(),
            "last": (until + timedelta(days=1)).astimezone(zone).date(),
        },
    ).all()
    if not days:
        raise CouldNotRun(
            f"Counting working time by the calendar {calendar!r}",
            "its days are not in the database",
            "Bring the register in line first: `tereze register sync`",
        )
    return WorkingTime([Hours(d.opens_at, d.closes_at) for d in days if d.working], zone)
