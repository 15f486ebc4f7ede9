"""The probability of absence, learned without labels."""

import numpy as np
import pytest

from flows.hidden_services.matching import calibration
from flows.hidden_services.matching.calibration import PRIOR, Examples, fit, made
from flows.hidden_services.matching.entries import Entry
from flows.hidden_services.matching.perturbation import Perturbation
from flows.hidden_services.matching.ranking import FIGURES

RANDOM = np.random.default_rng(7)


def figures(count: int, similarity: float) -> np.ndarray:
    """Figures that say nothing but the similarity."""
    answer = np.zeros((count, len(FIGURES)))
    answer[:, 0] = np.clip(RANDOM.normal(similarity, 0.1, count), 0, 0.99)
    return answer


@pytest.mark.parametrize("rate", [0.1, 0.3, 0.6])
def test_the_probability_is_the_share_that_is_absent(rate: float) -> None:
    """Drawn anew from the same two kinds, what is said is what happens, in each tenth."""
    learned = fit(made(figures(100_000, 0.7), figures(100_000, 0.45), rate), rate)
    absent = RANDOM.random(40_000) < rate
    asked = np.where(absent[:, None], figures(40_000, 0.45), figures(40_000, 0.7))
    blank = ~absent & (RANDOM.random(40_000) < calibration.UNRECOGNISABLE)
    asked[blank] = figures(int(blank.sum()), 0.45)
    said = learned.p_absent(asked)
    place = (said * 10).astype(int)
    for tenth in range(10):
        here = place == tenth
        if here.sum() > 500:
            assert said[here].mean() == pytest.approx(absent[here].mean(), abs=0.08)
    assert said.mean() == pytest.approx(rate, abs=0.02)


def test_without_examples_the_prior_decides() -> None:
    nothing = Examples(np.zeros((0, len(FIGURES))), np.zeros(0), np.zeros(0))
    learned = fit(nothing)
    assert learned.coefficients == pytest.approx(PRIOR)
    assert learned.intercept == pytest.approx(calibration.PRIOR_INTERCEPT)
    near, far = learned.p_absent(np.vstack([figures(1, 0.9), figures(1, 0.1)]))
    assert 0 < near <= 1
    assert 0 < far <= 1


def test_the_same_name_is_as_good_as_certain() -> None:
    same = figures(1, 0.5)
    same[0, 0] = 1.0
    assert fit(made(figures(50, 0.7), figures(50, 0.4), 0.9)).p_absent(same) == [0.01]


def test_names_are_changed_the_same_way_each_time() -> None:
    entries = [Entry("1", "Registration of a birth"), Entry("2", "Выдача справки")]
    once, again, other = (Perturbation(entries, seed) for seed in (1, 1, 2))
    first = [once(each.name) for each in entries * 20]
    assert first == [again(each.name) for each in entries * 20]
    assert first != [other(each.name) for each in entries * 20]
    assert all(first)
    assert len(set(first)) > 20


@pytest.mark.parametrize("name", ["", "!!!", "a", "ж ж"])
def test_any_name_can_be_changed(name: str) -> None:
    change = Perturbation([Entry("1", name)])
    for _ in range(50):
        assert isinstance(change(name), str)
