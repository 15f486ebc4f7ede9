"""A world: the applications to one body, made as far as its clock has come, and no further."""

import threading

import numpy as np
from numpy.typing import NDArray

from sandbox.history.arrivals import Arrivals
from sandbox.history.blocks import BlockMaker
from sandbox.history.columns import Columns, joined
from sandbox.history.local_time import DAY, FIRST, iso, naive
from sandbox.history.profiles import Profile
from sandbox.history.working_time import WorkingTime

Ints = NDArray[np.int64]

HISTORY_DAYS = 60
MOST = 1 << 24  # the lists name a row by 24 bits
_YEARS = 6  # how far the calendar of a world reaches from the year before its start


class World:
    """Applications of one body: what has happened at t depends on (seed, volume, anchor, t) only.

    `volume` applications arrive in the `days` before `anchor` (local seconds) and the same rate
    goes on after it.
    """

    def __init__(
        self, profile: Profile, seed: int, volume: int, anchor: float, days: int = HISTORY_DAYS
    ) -> None:
        self.profile = profile
        self.seed = seed
        self.volume = volume
        self.anchor = anchor
        self.start = (int(anchor) // DAY - days) * DAY
        _check(volume, self.start)
        time = WorkingTime(naive(self.start).year - 1, _YEARS)
        arrivals = Arrivals(time, self.start, anchor, volume)
        self._maker = BlockMaker(seed, volume, profile, time, arrivals)
        self._lock = threading.Lock()
        self._blocks = 0
        self._columns = self._more(volume // self._maker.size + 1, None)

    def columns(self, t: float) -> Columns:
        """All applications made so far, at least those received at or before t."""
        with self._lock:
            while self._columns.received[-1] <= t:
                self._columns = self._more(max(1, self._blocks // 16), self._columns)
            return self._columns

    def visible(self, t: float) -> int:
        """How many applications have been received at or before t."""
        return int(np.searchsorted(self.columns(t).received, t, side="right"))

    def number(self, index: int) -> int:
        """The body's own number of an application."""
        return self.profile.first_number + index

    def _more(self, blocks: int, so_far: Columns | None) -> Columns:
        if (self._blocks + blocks) * self._maker.size > MOST:
            raise OverflowError(f"a world of the sandbox holds at most {MOST} applications")
        made = [self._maker.make(self._blocks + number) for number in range(blocks)]
        self._blocks += blocks
        return joined(made if so_far is None else [so_far, *made])


def _check(volume: int, start: int) -> None:
    if volume < 1:
        raise ValueError(f"the sandbox needs a volume of at least 1, not {volume}")
    if start < FIRST:
        raise ValueError(
            f"the sandbox's history would start at {iso(start)}, before the zone's change of "
            f"offset on 2024-03-01; give a later --now"
        )
