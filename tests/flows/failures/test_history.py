"""The sorted window against sorting it anew."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.failures.history import History


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=60), st.floats(0, 1))
def test_quantiles_are_those_of_the_last_values(values: list[int], share: float) -> None:
    history = History(20)
    for value in values:
        history.add(value)
    last = sorted(values[-20:])
    assert len(history) == len(last)
    assert history.quantile(share) == last[min(int(share * len(last)), len(last) - 1)]


def test_spread_ignores_single_outliers() -> None:
    history = History(1000)
    for value in [*range(100), 10**9]:
        history.add(value)
    assert history.spread() == pytest.approx(50 / 1.349, rel=0.02)


def test_spread_of_a_metric_that_rests_most_of_the_time() -> None:
    history = History(1000)
    for value in [0.0] * 80 + [10.0] * 20:
        history.add(value)
    assert history.spread() == pytest.approx(10 / 3.29)
