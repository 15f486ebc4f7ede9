"""How long a value stands still, in working time, against how long it usually does."""

from datetime import datetime
from statistics import median

from pydantic import BaseModel, Field

from flows.failures.data.usual import Usual
from flows.failures.data.working_time import WorkingTime

TIMES_USUAL, TIMES_LONGEST = 3.0, 2.0
"""Longer than so many times the usual day's longest rest, and than so many times the second
longest rest of all days, is too long."""

LEAST = 1800.0
"""Working seconds that are never too long."""


class Rhythm(BaseModel):
    """One value: a time that moves on, a counter, a digest. `rests_since` is when it last moved.

    `rests` are the longest rests of days, in working seconds.
    """

    value: str | None = None
    rests_since: datetime | None = None
    rests: Usual = Field(default_factory=Usual)

    def see(self, value: str, since: datetime, at: datetime, time: WorkingTime) -> None:
        """Look at the value as of `at`; where it moved, it rests since `since` from now on."""
        if value == self.value:
            return
        if self.rests_since is not None:
            self._learn(at, time)
        self.value, self.rests_since = value, since

    def _learn(self, at: datetime, time: WorkingTime) -> None:
        rested, limit = self.rested(at, time), self.limit
        if rested:  # a night or a holiday tells nothing
            odd = limit is not None and rested > limit
            self.rests.add(at.astimezone(time.zone).date(), rested, odd)

    def rested(self, at: datetime, time: WorkingTime) -> float:
        """Working seconds since it last moved."""
        return 0.0 if self.rests_since is None else time.between(self.rests_since, at)

    @property
    def limit(self) -> float | None:
        """Working seconds that are too long; None while too little is known."""
        if not self.rests.known:
            return None
        values = self.rests.values
        return max(TIMES_USUAL * median(values), TIMES_LONGEST * values[-2], LEAST)

    def too_long(self, at: datetime, time: WorkingTime) -> bool:
        """Whether it has rested for too long."""
        return self.limit is not None and self.rested(at, time) > self.limit
