"""Working time of a five-day week, 09:00 to 18:00, as one axis that can be added to.

The axis counts seconds of working time: working day number × 32,400 + seconds since opening.
Working days come from the public holidays of Kazakhstan with their moved days. This is the
sandbox's own reckoning of due dates, made apart from Tereze's so that each can catch the other.
"""

from datetime import date, timedelta

import holidays
import numpy as np
from numpy.typing import NDArray

from sandbox.history.local_time import DAY

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

OPENS = 9 * 3600
CLOSES = 18 * 3600
WORK = CLOSES - OPENS
_EPOCH = date(1970, 1, 1)


class WorkingTime:
    """The working days of some years; all arguments and results are local seconds."""

    def __init__(self, first_year: int, years: int) -> None:
        first = date(first_year, 1, 1)
        count = (date(first_year + years, 1, 1) - first).days
        self._first_day = (first - _EPOCH).days
        self._working = _working_days(first, count)
        self._days = np.flatnonzero(self._working) + self._first_day
        counted: Ints = np.cumsum(self._working, dtype=np.int64)
        self._next: Ints = counted - self._working  # number of the working day on or after each
        self.last: int = (self._first_day + count) * DAY

    def in_hours(self, at: Ints) -> Flags:
        """Whether a body is open then; closing time itself still counts."""
        second = at % DAY
        open_now: Flags = self.is_working(at) & (second >= OPENS) & (second <= CLOSES)
        return open_now

    def is_working(self, at: Ints) -> Flags:
        """Whether the day is a working day."""
        working: Flags = self._working[at // DAY - self._first_day]
        return working

    def registered_day(self, at: Ints) -> Ints:
        """Number of the working day of registration: the next one after closing time."""
        day = at // DAY - self._first_day
        late = self._working[day] & (at % DAY > CLOSES)
        return self._next[day + late]

    def to_axis(self, at: Ints) -> Ints:
        """The point of the axis at which work on something received then can begin."""
        number = self.registered_day(at)
        same_day = self._days[number] == at // DAY
        since = np.where(same_day, np.clip(at % DAY - OPENS, 0, WORK), 0)
        return number * WORK + since

    def from_axis(self, point: Ints) -> Ints:
        """Local seconds; the end of a working day is its close, not the next opening."""
        number, since = np.divmod(point - 1, WORK)
        return self._days[number] * DAY + OPENS + since + 1

    def opening(self, number: Ints) -> Ints:
        """When the working day with this number opens."""
        return self._days[number] * DAY + OPENS

    def calendar_days_after(self, number: Ints, days: Ints) -> Ints:
        """Number of the working day on or after the day `days` calendar days later."""
        later: Ints = self._next[self._days[number] - self._first_day + days]
        return later


def _working_days(first: date, count: int) -> Flags:
    years = range(first.year, first.year + count // 365 + 1)
    calendar = holidays.country_holidays("KZ", years=years)
    days = (first + timedelta(days=number) for number in range(count))
    return np.fromiter((calendar.is_working_day(day) for day in days), np.bool_, count)
