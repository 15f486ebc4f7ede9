"""The last values of a metric, in order of size, for robust statistics in bounded time."""

from bisect import bisect_left, insort
from collections import deque

QUARTILES, TAILS = 1.349, 3.290
"""How many standard deviations lie between the quartiles, and between the 5 % tails, of a normal
distribution."""


class History:
    """The last `size` values; adding one costs a binary search and a move within `size`."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._in_time: deque[float] = deque()
        self._in_order: list[float] = []

    def __len__(self) -> int:
        return len(self._in_order)

    def add(self, value: float) -> None:
        """Take one more, and forget the oldest where there are too many."""
        self._in_time.append(value)
        insort(self._in_order, value)
        if len(self._in_time) > self._size:
            oldest = self._in_time.popleft()
            del self._in_order[bisect_left(self._in_order, oldest)]

    def quantile(self, share: float) -> float:
        """The value with that share of all below it; at least one value has been added."""
        return self._in_order[min(int(share * len(self)), len(self) - 1)]

    def spread(self) -> float:
        """A standard deviation that single outliers do not move.

        The wider of what the quartiles and the 5 % tails tell: a metric that rests most of the
        time has no distance between its quartiles.
        """
        middle = (self.quantile(0.75) - self.quantile(0.25)) / QUARTILES
        tails = (self.quantile(0.95) - self.quantile(0.05)) / TAILS
        return max(middle, tails)
