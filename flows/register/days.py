"""A calendar's days, worked out from holidays, the working week and moved days."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.environment.calendars import WEEKDAYS, Calendar

FIRST_DAY = date(1990, 1, 1)
YEARS_AHEAD = 10


@dataclass(frozen=True)
class Day:
    """One day: whether it is worked, why not, and its hours in UTC."""

    day: date
    working: bool
    name: str | None
    opens_at: datetime
    closes_at: datetime
    ends_at: datetime


def last_day(today: date) -> date:
    """The last day that calendars are worked out for."""
    return date(today.year + YEARS_AHEAD, 12, 31)


def days(calendar: Calendar, timezone: str, first: date, last: date) -> list[Day]:
    """The days from `first` to `last`, both included.

    A day is worked when the week says so and it is no holiday, or when a decree moved work to
    it (as `holidays` knows), and whatever else the environment's moved days say.
    """
    worked = _Worked(calendar, first, last)
    zone = ZoneInfo(timezone)
    hours = calendar.hours
    found = []
    for day in _each(first, last):
        working, name = worked(day)
        found.append(
            Day(
                day=day,
                working=working,
                name=name,
                opens_at=_utc(day, hours.opens, zone),
                closes_at=_utc(day, hours.closes, zone),
                ends_at=_utc(day + timedelta(days=1), time(0), zone),
            )
        )
    return found


def _each(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _utc(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)


class _Worked:
    """Whether a day is worked, and the name of the holiday or the decree."""

    def __init__(self, calendar: Calendar, first: date, last: date) -> None:
        self.week = {WEEKDAYS.index(name) for name in calendar.week}
        # The moved days of `holidays` are filled in year by year, as its years are populated.
        self.holidays = calendar.holidays(*range(first.year, last.year + 1))
        self.worked_weekends = set(getattr(self.holidays, "weekend_workdays", ()))
        self.moved = {moved.day: moved for moved in calendar.moved_days}

    def __call__(self, day: date) -> tuple[bool, str | None]:
        if day in self.moved:
            return self.moved[day].working, self.moved[day].why
        if day in self.worked_weekends:
            return True, None
        name = self.holidays.get(day)
        return name is None and day.weekday() in self.week, name
