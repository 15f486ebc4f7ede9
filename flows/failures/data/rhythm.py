"""How long a value stands still, in working time, against how long it usually does."""

from dataclasses import dataclass
from datetime import datetime
from statistics import median

from pydantic import BaseModel, Field

from flows.failures.data.activity import Activity
from flows.failures.data.usual import Usual
from flows.failures.data.working_time import WorkingTime

TIMES_USUAL, TIMES_LONGEST = 3.0, 1.5
"""Longer than so many times the usual day's longest rest, and than so many times the longest of
all days, is too long."""

UNSURE = 10
"""The longest of so many days counts twice: a longer one may well come; of more days, less."""

LEAST = 1800.0
"""Working seconds that are never too long."""

MISSED, TIMES_MISSED = 20.0, 2.0
"""So many rows were to be expected and none came: by Poisson a matter of one in 500 million; and
so many times more than in the longest rest of all days, for rows that come in heaps."""


@dataclass(frozen=True)
class Clocks:
    """Two ways to measure a rest: working time, and the rows that were to be expected in it.

    Without `activity` only the first is used.
    """

    time: WorkingTime
    activity: Activity | None = None

    def expected(self, since: datetime, until: datetime) -> float:
        """Rows that were to be expected."""
        return self.activity.expected(since, until, self.time) if self.activity else 0.0


class Rhythm(BaseModel):
    """One value: a time that moves on, a counter, a digest. `rests_since` is when it last moved.

    `rests` are the longest rests of days, in working seconds, as the pulls saw them: a value
    that has moved by the next pull was not seen to rest. `quiets` are the same in rows that were
    to be expected.
    """

    value: str | None = None
    rests_since: datetime | None = None
    seen_at: datetime | None = None
    rests: Usual = Field(default_factory=Usual)
    quiets: Usual = Field(default_factory=Usual)

    def see(self, value: str, since: datetime, at: datetime, clocks: Clocks) -> None:
        """Look at the value as of `at`; where it moved, it rests since `since`."""
        if value != self.value:
            if self.seen_at is not None:
                self._learn(self.seen_at, at, clocks)
            self.value, self.rests_since = value, since
        self.seen_at = at

    def _learn(self, seen_at: datetime, at: datetime, clocks: Clocks) -> None:
        """A rest is over: take how long it was when it was last seen, as a whole."""
        odd, day = self.too_long(seen_at, clocks), at.astimezone(clocks.time.zone).date()
        if clocks.time.between(seen_at, at):  # a night or a holiday tells nothing
            self.rests.add(day, self.rested(seen_at, clocks.time), odd)
        self.quiets.add(day, self.missed(seen_at, clocks), odd)

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

    def missed(self, at: datetime, clocks: Clocks) -> float:
        """Rows that were to be expected since it last moved."""
        return 0.0 if self.rests_since is None else clocks.expected(self.rests_since, at)

    def missed_too_many(self, at: datetime, clocks: Clocks) -> bool:
        """Whether more were to be expected than can be missing by chance."""
        if clocks.activity is None or not self.quiets.known:
            return False
        return self.missed(at, clocks) > max(MISSED, TIMES_MISSED * self.quiets.values[-1])

    def too_long(self, at: datetime, clocks: Clocks) -> bool:
        """Whether it has rested for too long, by either measure."""
        limit = self.limit
        late = limit is not None and self.rested(at, clocks.time) > limit
        return late or self.missed_too_many(at, clocks)
