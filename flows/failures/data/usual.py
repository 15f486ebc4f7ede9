"""What is usual: measures of past days, in which days that were told of do not count."""

import math
from collections.abc import Iterable
from datetime import date

from pydantic import BaseModel, Field

from flows.failures.history import QUARTILES, History

KEPT = 28
"""Days (or hours of days) that are remembered."""

NEEDED = 5
"""So many are needed before anything is called unusual."""

CHANGED = 8
"""So many days on end that were unusual are the new habit; what was before them is forgotten."""


class Measure(BaseModel):
    """What was measured on a day: the most that was as usual, and the most that was not."""

    day: date
    value: float | None = None
    odd: float | None = None


class Usual(BaseModel):
    """The measures of the last days."""

    days: list[Measure] = Field(default_factory=list)

    def add(self, day: date, value: float, odd: bool) -> None:
        """Take a measure of a day; of several the greatest counts."""
        same = bool(self.days) and self.days[-1].day == day
        last = self.days.pop() if same else Measure(day=day)
        if odd:
            last.odd = max(value, last.odd or 0.0)
        else:
            last.value = max(value, last.value or 0.0)
        self.days = [*self.days[1 - KEPT :], last]
        if len(self.days) >= CHANGED and all(m.odd is not None for m in self.days[-CHANGED:]):
            self.days = [Measure(day=m.day, value=m.odd) for m in self.days[-CHANGED:]]

    @property
    def values(self) -> list[float]:
        """The measures that were as usual, in order of size."""
        return sorted(each.value for each in self.days if each.value is not None)

    def on_weekday(self, day: date) -> list[float]:
        """Those of the same day of the week."""
        same = [m.value for m in self.days if m.day.weekday() == day.weekday()]
        return sorted(value for value in same if value is not None)

    @property
    def known(self) -> bool:
        """Whether there is enough to judge by."""
        return len(self.values) >= NEEDED


def counts_away(count: float, values: Iterable[float]) -> float:
    """How many standard deviations a count lies from the middle of other counts."""
    known = list(values)
    history = History(KEPT)
    for value in known:
        history.add(value)
    return (count - history.quantile(0.5)) / deviation(known)


def deviation(values: Iterable[float]) -> float:
    """A standard deviation of counts: at least that of a Poisson count, a tenth of the middle, 1.

    It is told by the nearer quartile: odd days, which lie all on one side, do not move that as
    long as they are fewer than half.
    """
    history = History(KEPT)
    for value in values:
        history.add(value)
    low, middle, high = (history.quantile(share) for share in (0.25, 0.5, 0.75))
    spread = 2 * min(middle - low, high - middle) / QUARTILES
    return max(spread, math.sqrt(middle), middle / 10, 1.0)
