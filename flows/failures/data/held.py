"""What share of the rows goes to quarantine, against what is usual."""

import math
from datetime import date, datetime, timedelta

from pydantic import BaseModel, Field

from flows.failures.data.usual import KEPT, NEEDED

TIERS = (50, 200, 1000)
"""So many of the latest rows are judged: a large share is seen early, a small one later."""

NOW = 100
"""It goes on while one of the latest so many rows was held."""

LEAST = 5
"""Held rows that may be unusual."""

AWAY, TIMES, SHARE = 6.0, 3.0, 0.02
"""Standard deviations above what is usual; so many times the usual share; and this share."""

RECENT, BATCHES = timedelta(hours=24), 200
"""Older batches, and more of them, are not among the latest."""


class Batch(BaseModel):
    """The news of a pull, and how many of them were held."""

    at: datetime
    rows: int
    held: int


class Day(BaseModel):
    """The same of a day; `odd` where it was told."""

    day: date
    rows: int = 0
    held: int = 0
    odd: bool = False


class OddShare(BaseModel):
    """Too many of the latest rows were held."""

    held: int
    rows: int
    usual: float
    days: int


class Held(BaseModel):
    """The latest batches, and the days before them."""

    recent: list[Batch] = Field(default_factory=list)
    days: list[Day] = Field(default_factory=list)

    def see(self, rows: int, held: int, at: datetime, day: date) -> None:
        """Take a pull's counts."""
        if not rows:
            return
        self.recent = [b for b in self.recent if at - b.at <= RECENT][-BATCHES:]
        self.recent.append(Batch(at=at, rows=rows, held=held))
        if not self.days or self.days[-1].day != day:
            self.days = [*self.days[-KEPT:], Day(day=day)]
        today = self.days[-1]
        today.rows, today.held = today.rows + rows, today.held + held
        today.odd = today.odd or self.odd() is not None

    def odd(self) -> OddShare | None:
        """The latest rows, where too many of them are held."""
        past = [day for day in self.days[:-1] if not day.odd]
        if len(past) >= NEEDED and self._latest(NOW)[1]:
            usual = sum(d.held for d in past) / max(1, sum(d.rows for d in past))
            for tier in TIERS:
                rows, held = self._latest(tier)
                if _too_many(rows, held, usual):
                    return OddShare(held=held, rows=rows, usual=usual, days=len(past))
        return None

    def _latest(self, wanted: int) -> tuple[int, int]:
        rows = held = 0
        for batch in reversed(self.recent):
            rows, held = rows + batch.rows, held + batch.held
            if rows >= wanted:
                break
        return rows, held


def _too_many(rows: int, held: int, usual: float) -> bool:
    expected = rows * usual
    return (
        held >= LEAST
        and held > expected + AWAY * math.sqrt(expected + 1)
        and held > max(TIMES * usual, SHARE) * rows
    )
