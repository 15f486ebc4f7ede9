"""Counting by two searches gives what counting one by one gives."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from flows.delays.forecast.tally import Tally

KEYS = st.sampled_from([-(2**62), -1, 0, 7, 2**62])
MOMENTS = st.one_of(st.integers(0, 60).map(float), st.just(float("inf")))
THINGS = st.lists(st.tuples(KEYS, MOMENTS, st.sampled_from([0.0, 1.0])), max_size=30)
ASKED = st.lists(st.tuples(KEYS, st.integers(0, 70), st.integers(0, 70)), min_size=1, max_size=10)


@given(THINGS, ASKED)
def test_as_one_by_one(
    things: list[tuple[int, float, float]], asked: list[tuple[int, int, int]]
) -> None:
    keys = np.array([key for key, _, _ in things], dtype=np.int64)
    moments = np.array([moment for _, moment, _ in things])
    tally = Tally(keys, moments, np.array([weight for _, _, weight in things]))
    wanted = np.array([key for key, _, _ in asked], dtype=np.int64)
    until = np.array([float(max(a, b)) for _, a, b in asked])
    since = np.array([float(min(a, b)) for _, a, b in asked])
    for start in (None, since):
        counts, sums = tally.count(wanted, until, start)
        for place, (key, to) in enumerate(zip(wanted, until, strict=True)):
            of = -1.0 if start is None else start[place]
            mine = [w for k, m, w in things if k == key and of <= m < to]
            assert (counts[place], sums[place]) == (len(mine), sum(mine))
