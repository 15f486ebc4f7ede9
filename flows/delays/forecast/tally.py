"""How many things of a group had happened before a moment: for many groups and moments at once."""

import numpy as np

from flows.delays.forecast.arrays import Floats, Ints

SPAN = 34
"""Bits for a moment in whole seconds: five centuries; what is left is for the groups."""


class Tally:
    """Things with a key and a moment, sorted once, so that counting is two searches.

    What happened at the very moment, or in the same second, is not before it.
    """

    def __init__(self, keys: Ints, moments: Floats, *weights: Floats) -> None:
        happened = np.isfinite(moments)
        self._known, groups = np.unique(keys[happened], return_inverse=True)
        order_by = self._line(groups, moments[happened])
        order = np.argsort(order_by, kind="stable")
        self._sorted = order_by[order]
        self._sums = [
            np.concatenate([[0.0], np.cumsum(weight[happened][order])]) for weight in weights
        ]

    @staticmethod
    def _line(groups: Ints, moments: Floats) -> Ints:
        seconds = np.clip(moments, 0, 2**SPAN - 1).astype(np.int64)
        return (groups.astype(np.int64) << SPAN) + seconds

    def count(self, keys: Ints, until: Floats, since: Floats | None = None) -> tuple[Floats, ...]:
        """For each key how many before `until` (and not before `since`), and each weight's sum."""
        if not len(self._known):
            return tuple(np.zeros(len(keys)) for _ in range(1 + len(self._sums)))
        groups = np.minimum(np.searchsorted(self._known, keys), len(self._known) - 1)
        to = np.searchsorted(self._sorted, self._line(groups, until))
        start = np.zeros(len(keys)) if since is None else since
        of = np.searchsorted(self._sorted, self._line(groups, start))
        there = self._known[groups] == keys
        return (
            np.where(there, to - of, 0).astype(np.float64),
            *(np.where(there, sums[to] - sums[of], 0.0) for sums in self._sums),
        )
