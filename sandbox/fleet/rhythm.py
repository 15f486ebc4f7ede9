"""How much happens when: as applications arrive, mostly in working hours (`history.arrivals`)."""

import numpy as np
from numpy.typing import NDArray

from sandbox.history.arrivals import DAY_OFF, HOUR, WORKING_DAY
from sandbox.history.local_time import DAY
from sandbox.history.working_time import WorkingTime

Ints = NDArray[np.int64]

UNREST = 0.12
"""By how much days differ from each other, as a standard deviation of their usual size."""


class Rhythm:
    """Requests of a service, `rate` an hour where the weight of the hour is 1."""

    def __init__(self, time: WorkingTime, seed: tuple[int, ...], rate: float) -> None:
        self._time = time
        self._seed = seed
        self._rate = rate

    def expected(self, hour: int) -> float:
        """Requests to be expected in this hour, counted from 1970 in local time."""
        working = self._time.is_working(np.array([hour * HOUR], dtype=np.int64))
        weights = WORKING_DAY if working[0] else DAY_OFF
        return float(weights[hour % 24]) * self._rate

    def moments(self, hour: int, factor: float = 1.0) -> Ints:
        """Local milliseconds of the requests of an hour, `factor` times as many as usual."""
        day = np.random.default_rng((*self._seed, hour * HOUR // DAY)).normal(1.0, UNREST)
        rng = np.random.default_rng((*self._seed, hour, 1))
        count = rng.poisson(self.expected(hour) * factor * max(day, 0.5))
        within: Ints = np.sort(rng.integers(0, HOUR * 1000, count))
        return hour * HOUR * 1000 + within

    def after(self, at: float, requests: float) -> float:
        """When so many requests were to be expected since a moment, in local seconds."""
        hour, share = int(at // HOUR), 1 - at % HOUR / HOUR
        while (here := self.expected(hour) * share) < requests:
            requests, hour, share = requests - here, hour + 1, 1.0
            at = float(hour * HOUR)
        return at + requests / self.expected(hour) * HOUR
