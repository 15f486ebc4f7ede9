"""When applications arrive: mostly in working hours, some at night and at weekends.

The arrival rate is a weight per hour; the running sum of the weights is a clock on which
applications are evenly spread. Application number i of a volume arrives where that clock shows
(i + u) / volume of what it shows at the anchor, u in (0, 1): so exactly `volume` applications
have arrived at the anchor, in order, and the same rate goes on after it.
"""

import numpy as np
from numpy.typing import NDArray

from sandbox.history.local_time import DAY
from sandbox.history.working_time import WorkingTime

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

HOUR = 3600
_ROOM = 365 * DAY  # after the last arrival: the calendar must reach the last result too
_WORKING = np.array([0.1] * 7 + [0.5, 1.0] + [10.0] * 3 + [8.0] + [9.0] * 4 + [6.0])
WORKING_DAY: Floats = np.concatenate([_WORKING, [1.2] * 4 + [0.4] * 2])
DAY_OFF: Floats = np.array([0.1] * 9 + [0.7] * 12 + [0.2] * 3)


class Arrivals:
    """The times of arrival of one world, from the start of its history on."""

    def __init__(self, time: WorkingTime, start: int, anchor: float, volume: int) -> None:
        self._start = start
        hours = (time.last - _ROOM - start) // HOUR
        at = start + np.arange(hours, dtype=np.int64) * HOUR
        hour = (at % DAY) // HOUR
        weight = np.where(time.is_working(at), WORKING_DAY[hour], DAY_OFF[hour])
        self._hours = np.arange(hours + 1, dtype=np.float64)
        self._sum = np.concatenate([[0.0], np.cumsum(weight)])
        self._step = float(self._to_sum(anchor)) / volume

    def times(self, first: int, jitter: Floats) -> Ints:
        """Arrival in local seconds of applications `first`, `first` + 1, …; one per jitter.

        Raises:
            OverflowError: the calendar of the world has come to its end.
        """
        inside = 0.0005 + 0.999 * jitter  # clear of both ends, where rounding would count one more
        wanted = (first + np.arange(len(jitter)) + inside) * self._step
        if wanted[-1] >= self._sum[-1]:
            raise OverflowError("the sandbox's clock has run past the years it knows")
        hours = np.interp(wanted, self._sum, self._hours)
        return self._start + np.ceil(hours * HOUR).astype(np.int64)

    def _to_sum(self, at: float) -> np.float64:
        return np.float64(np.interp((at - self._start) / HOUR, self._hours, self._sum))
