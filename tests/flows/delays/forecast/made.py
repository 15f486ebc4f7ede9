"""Cases and clocks made for tests of what is counted from them."""

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np

from flows.delays.forecast.arrays import Floats, Ints
from flows.delays.forecast.cases import GROUPINGS, Cases, Stops
from flows.delays.forecast.worked import Clocks, clocks_of_environment
from tests.environments import environment

HOUR, DAY = 3600.0, 86_400.0
MONDAY = datetime(2025, 6, 2, 4, 0, tzinfo=UTC).timestamp()
"""Nine o'clock in Almaty, when offices open; the first of five working days of nine hours, of
which Friday is a holiday."""

FIVE_DAYS = 1
"""The number of that calendar among `clocks`."""


def clocks(folder: Path) -> Clocks:
    """Almaty's offices of 2025, without a database."""
    return clocks_of_environment(environment(folder), date(2025, 1, 1), date(2026, 1, 1))


def cases(
    received: list[float] | Floats,
    due: list[float] | Floats,
    closed: list[float] | Floats,
    seen: float,
    *,
    groups: Ints | None = None,
    stops: Stops | None = None,
) -> Cases:
    """Cases of one group for each of `groups` in every grouping."""
    count = len(received)
    key = np.zeros(count, dtype=np.int64) if groups is None else groups
    keys = np.column_stack([key * (grouping > 0) for grouping in range(len(GROUPINGS))])
    return Cases(
        received=np.array(received, dtype=np.float64),
        due=np.array(due, dtype=np.float64),
        closed=np.array(closed, dtype=np.float64),
        seen=np.full(count, seen),
        clock=np.full(count, FIVE_DAYS, dtype=np.int64),
        keys=keys.astype(np.int64),
        stops=stops or Stops(),
    )


def some(count: int, seed: int = 0, groups: int = 4) -> Cases:
    """Cases of half a year by chance: of group 1 most are late, of the others fewer and fewer."""
    chance = np.random.default_rng(seed)
    group = chance.integers(1, groups + 1, count)
    received = MONDAY - 150 * DAY + chance.uniform(0, 180 * DAY, count)
    due = received + chance.choice([3, 7, 14], count) * DAY
    takes = chance.exponential((due - received) * 3 / group**2)
    closed = np.where(chance.uniform(size=count) < 0.05, np.inf, received + takes)
    return cases(received, due, closed, MONDAY + 30 * DAY, groups=group.astype(np.int64))
