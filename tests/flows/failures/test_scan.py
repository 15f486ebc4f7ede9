"""The scanner finds what is unusual, in any unit, from what came before and nothing else."""

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.failures.scan import FIRST_JUDGED, ONE_FINDING, Judgement, Scanner
from flows.failures.table import LARGEST

AT = 1500
NUMBERS = st.floats(-LARGEST, LARGEST) | st.integers(-3, 3).map(float)


def scanned(values: list[float]) -> list[Judgement]:
    scanner = Scanner()
    return [scanner.step(value) for value in values]


def flagged(values: list[float]) -> list[int]:
    return [row for row, judgement in enumerate(scanned(values)) if judgement.flag]


def noise(seed: int, rows: int = 2000) -> list[float]:
    drawn = random.Random(seed)
    return [drawn.gauss(50, 3) for _ in range(rows)]


def spike(values: list[float]) -> list[float]:
    return [*values[:AT], 120.0, *values[AT + 1 :]]


def shift(values: list[float]) -> list[float]:
    return values[:AT] + [value + 15 for value in values[AT:]]


def frozen(values: list[float]) -> list[float]:
    return values[:AT] + [values[AT]] * (len(values) - AT)


def unrest(values: list[float]) -> list[float]:
    return values[:AT] + [50 + (value - 50) * 5 for value in values[AT:]]


@pytest.mark.parametrize("change", [spike, shift, frozen, unrest])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_change_is_found_within_ten_rows(change: object, seed: int) -> None:
    assert callable(change)
    found = flagged(change(noise(seed)))
    assert any(AT <= row < AT + 10 for row in found)


def test_noise_is_mostly_left_alone() -> None:
    # A record by a fifth may happen by chance; a rule of three sigma fires about 5 times each.
    assert sum(len(flagged(noise(seed))) for seed in range(20)) <= 20


@pytest.mark.parametrize("values", [[0.0] * 1000, [7.5] * 1000, [0.0, 1.0] * 500])
def test_what_never_changes_its_ways_is_no_news(values: list[float]) -> None:
    assert flagged(values) == []


@pytest.mark.parametrize("factor", [2.0**-20, 2.0**30])
def test_the_unit_does_not_matter(factor: float) -> None:
    values = spike(noise(4))
    assert scanned([value * factor for value in values]) == scanned(values)


def test_a_repeated_spike_stops_being_news() -> None:
    values = noise(5, 4000)
    for row in range(400, 4000, 150):
        values[row] = 120.0
    assert 400 in flagged(values)
    assert len(flagged(values)) <= 5


def test_the_first_rows_are_not_judged_and_flags_keep_their_distance() -> None:
    values = noise(6, 3000)
    for row in range(0, 3000, 40):  # each spike is higher than the one before by a quarter
        values[row] = 100 * 1.25 ** (row // 40)
    assert {judgement.score for judgement in scanned(values)[:FIRST_JUDGED]} == {0.0}
    found = flagged(values)
    assert len(found) > 10
    assert all(b - a > ONE_FINDING for a, b in pairwise(found))


@settings(max_examples=50, deadline=None)
@given(st.lists(NUMBERS, max_size=40), st.integers(1, 20), st.lists(NUMBERS, max_size=5))
def test_a_score_is_between_0_and_1_and_knows_nothing_of_what_comes(
    some: list[float], times: int, later: list[float]
) -> None:
    values = some * times
    before = scanned(values)
    assert all(0.0 <= judgement.score <= 1.0 for judgement in before)
    assert scanned(values + later)[: len(values)] == before
