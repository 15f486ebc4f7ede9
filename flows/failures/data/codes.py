"""Whether all rows carry one code where usually there are several."""

import math
from datetime import date, datetime

from pydantic import BaseModel, Field

from flows.failures.data.usual import NEEDED

LEAST = 20
"""Rows on end with one code that may be unusual."""

IMPROBABLE = math.log(1e-9)
"""The logarithm of how probable it is at most, were codes drawn as they usually come."""

TIMES_LONGEST = 1.5
"""And so many times longer than the longest run of that code before."""

KEPT = 100_000
"""Rows whose codes are remembered; older ones count half, again and again."""


class Run(BaseModel):
    """Rows on end with one code, since the pull that brought the first of them."""

    code: str
    rows: int
    since: datetime


class Codes(BaseModel):
    """The codes of one column, with the longest run of each.

    `days` are those on which rows were seen, up to enough of them.
    """

    totals: dict[str, int] = Field(default_factory=dict)
    longest: dict[str, int] = Field(default_factory=dict)
    run: Run | None = None
    days: list[date] = Field(default_factory=list)

    def see(self, counted: dict[str, int], at: datetime, day: date) -> None:
        """Look at the codes of a pull's news."""
        if not counted:
            return
        if day not in self.days and len(self.days) < NEEDED:
            self.days.append(day)
        rows = sum(counted.values())
        (only, *others) = counted
        if others or (self.run and self.run.code != only):
            self._end_run()
        if others:
            self._learn(counted)
        elif self.run:
            self.run.rows += rows
        else:
            self.run = Run(code=only, rows=rows, since=at)

    def odd(self) -> Run | None:
        """The run that is going on, where it is too long to be chance."""
        run = self.run
        known = len(self.days) >= NEEDED and len(self.totals) > 1
        if run is None or not known:
            return None
        if run.rows < max(LEAST, TIMES_LONGEST * self.longest.get(run.code, 0)):
            return None
        share = (self.totals.get(run.code, 0) + 1) / (sum(self.totals.values()) + 2)
        return run if run.rows * math.log(share) < IMPROBABLE else None

    def _end_run(self) -> None:
        if self.run is not None and self.odd() is None:
            code = self.run.code
            self.longest[code] = max(self.longest.get(code, 0), self.run.rows)
            self._learn({self.run.code: self.run.rows})
        self.run = None

    def _learn(self, counted: dict[str, int]) -> None:
        for code, count in counted.items():
            self.totals[code] = self.totals.get(code, 0) + count
        if sum(self.totals.values()) > KEPT:
            self.totals = {code: half for code, n in self.totals.items() if (half := n // 2)}
