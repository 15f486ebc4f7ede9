"""Decisions recalibrate: monotone, drawn to what it was, and in the end what decisions say."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.hidden_services.candidates.calibrate import LEAST_SLOPE, Calibration, fit

SHARES = st.floats(0.0, 1.0)
DECISIONS = st.lists(st.tuples(SHARES, st.booleans()), max_size=60)


def test_without_decisions_nothing_changes() -> None:
    assert fit([], [], 20) == Calibration(1.0, 0.0, 0)


@pytest.mark.parametrize("p", [0.0, 0.03, 0.5, 0.9, 1.0])
def test_the_plain_curve_is_the_identity(p: float) -> None:
    assert Calibration()(p) == pytest.approx(p, abs=1e-5)


@given(DECISIONS, st.floats(1, 100))
@settings(max_examples=200, deadline=None)
def test_the_order_is_never_turned_round(
    decisions: list[tuple[float, bool]], shrinkage: float
) -> None:
    curve = fit([p for p, _ in decisions], [good for _, good in decisions], shrinkage)
    assert curve.slope >= LEAST_SLOPE
    answers = [curve(n / 20) for n in range(21)]
    assert answers == sorted(answers)
    assert all(0 <= each <= 1 for each in answers)


def test_few_decisions_move_less_than_many() -> None:
    few, many = (fit([0.8] * n, [False] * n, 20) for n in (2, 200))
    assert 0.8 > few(0.8) > 0.6
    assert many(0.8) < 0.2


def test_in_the_end_it_is_what_decisions_say() -> None:
    # An overconfident judge: it says 0.9 where 0.6 is true, and 0.1 where 0.4 is.
    drawn = random.Random(5)
    scores = [drawn.choice([0.1, 0.9]) for _ in range(5000)]
    good = [drawn.random() < (0.6 if score > 0.5 else 0.4) for score in scores]
    curve = fit(scores, good, 20)
    assert curve(0.9) == pytest.approx(0.6, abs=0.04)
    assert curve(0.1) == pytest.approx(0.4, abs=0.04)


def test_all_good_stays_short_of_certain() -> None:
    assert fit([0.5] * 30, [True] * 30, 20)(0.5) < 0.95


def test_decisions_against_the_order_do_not_turn_it() -> None:
    curve = fit([0.1] * 300 + [0.9] * 300, [True] * 300 + [False] * 300, 20)
    assert curve.slope == LEAST_SLOPE
