"""How long a value stands still, in working time, against how long it usually does."""

from datetime import datetime
from statistics import median

from pydantic import BaseModel, Field

from flows.failures.data.usual import Usual
from flows.failures.data.working_time import WorkingTime

TIMES_USUAL, TIMES_LONGEST = 3.0, 1.5
"""Longer than so many times the usual day's longest rest, and than so many times the longest of
all days, is too long."""

UNSURE = 10
"""The longest of so many days counts twice: a longer one may well come; of more days, less."""

LEAST = 1800.0
"""Working seconds that are never too long."""


class Rhythm(BaseModel):
    """One value: a time that moves on, a counter, a digest. `rests_since` is when it last moved.

    `rests` are the longest rests of days, in working seconds, as the pulls saw them: a value
    that has moved by the next pull was not seen to rest.
    """

    value: str | None = None
    rests_since: datetime | None = None
    seen_at: datetime | None = None
    rests: Usual = Field(default_factory=Usual)

    def see(self, value: str, since: datetime, at: datetime, time: WorkingTime) -> None:
        """Look at the value as of `at`; where it moved, it rests since `since`."""
        if value != self.value:
            if self.seen_at is not None and time.between(self.seen_at, at):
                self._learn(self.seen_at, at, time)  # a night or a holiday tells nothing
            self.value, self.rests_since = value, since
        self.seen_at = at

    def _learn(self, seen_at: datetime, at: datetime, time: WorkingTime) -> None:
        """A rest is over: take how long it was when it was last seen, as a whole."""
        rested, limit = self.rested(seen_at, time), self.limit
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
        seldom = TIMES_LONGEST * (1 + UNSURE / len(values)) * values[-1]
        return max(TIMES_USUAL * median(values), seldom, LEAST)

    def too_long(self, at: datetime, time: WorkingTime) -> bool:
        """Whether it has rested for too long."""
        return self.limit is not None and self.rested(at, time) > self.limit
