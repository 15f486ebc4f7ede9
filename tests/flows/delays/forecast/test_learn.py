"""What is learned: from decided cases only, calibrated, and nothing where there is too little."""

from pathlib import Path

import numpy as np
import pytest

from flows.delays.forecast.features import record
from flows.delays.forecast.judge import as_seen, judge, learned_until
from flows.delays.forecast.learn import learn
from flows.delays.forecast.points import terms
from flows.delays.forecast.quality import quality
from flows.delays.forecast.trees import chance
from models.errors import ConfigurationError, CouldNotRun
from tests.flows.delays.forecast.made import DAY, MONDAY, clocks, some

UNTIL = MONDAY - 30 * DAY


def test_better_than_plain_baselines_and_calibrated(tmp_path: Path) -> None:
    whole, office = some(4000), clocks(tmp_path)
    learned = learned_until(whole, office, UNTIL)
    assert learned.trees is not None
    assert learned.quality is not None
    judged = judge(terms(whole, office), learned.trees, UNTIL, 0.5)
    assert judged.quality.count > 200
    assert judged.quality.brier < 0.95 * judged.by_elapsed.brier
    assert judged.quality.auc is not None
    assert judged.by_elapsed.auc == 0.5
    assert judged.quality.auc > 0.7
    assert judged.quality.off < 0.08
    assert judged.at.min() >= UNTIL


def test_learned_from_what_was_known_then_only(tmp_path: Path) -> None:
    whole, office = some(1500), clocks(tmp_path)
    once = learned_until(whole, office, UNTIL)
    # What comes after is turned into its opposite, and nothing that was learned changes.
    other = type(whole)(**{**vars(whole), "closed": np.where(
        whole.closed > UNTIL, whole.received + 200 * DAY, whole.closed)})  # fmt: skip
    again = learned_until(other, office, UNTIL)
    assert once.trees is not None
    assert again.trees is not None
    assert once.trees.dumped() == again.trees.dumped()
    assert (once.cases, once.late) == (again.cases, again.late)


def test_cases_whose_term_runs_teach_nothing(tmp_path: Path) -> None:
    whole = some(1500)
    learned = learned_until(whole, clocks(tmp_path), UNTIL)
    assert learned.cases == int((as_seen(whole, UNTIL).due <= UNTIL).sum())
    assert learned.cases < int((as_seen(whole, UNTIL).known < np.inf).sum())


@pytest.mark.parametrize(("count", "all_late"), [(0, False), (20, False), (1500, True)])
def test_too_little_to_learn_from(tmp_path: Path, count: int, all_late: bool) -> None:
    whole = some(count)
    if all_late:
        whole = type(whole)(**{**vars(whole), "closed": np.full(count, np.inf)})
    term = terms(whole, clocks(tmp_path))
    learned = learn(term, record(term))
    assert learned.trees is None
    assert "it takes 300, 30 of them late and 30 on time" in learned.reason


def test_judging_what_is_not_there(tmp_path: Path) -> None:
    whole, office = some(1500), clocks(tmp_path)
    trees = learned_until(whole, office, UNTIL).trees
    assert trees is not None
    with pytest.raises(ConfigurationError, match=r"0\.25"):
        judge(terms(whole, office), trees, UNTIL, 0.6)
    with pytest.raises(CouldNotRun, match="no case"):
        judge(terms(whole, office), trees, MONDAY + 300 * DAY, 0.5)


def test_quality_by_hand() -> None:
    late = np.array([True, True, False, False])
    found = quality(np.array([0.9, 0.6, 0.65, 0.1]), late)
    assert (found.count, found.share, found.auc, found.base) == (4, 0.5, 0.75, 0.25)
    assert found.brier == pytest.approx((0.01 + 0.16 + 0.4225 + 0.01) / 4)
    bins = {place: each for place, each in enumerate(found.bins) if each.count}
    assert sorted(bins) == [1, 6, 9]
    assert (bins[6].count, bins[6].late) == (2, 0.5)
    assert bins[6].said == pytest.approx(0.625)
    assert found.off == pytest.approx((0.1 + 2 * 0.125 + 0.1) / 4)
    assert quality(np.array([1.0, 0.3]), np.array([True, True])).auc is None


def test_chances_of_logits() -> None:
    assert chance(np.array([0.0, 800.0, -800.0])).tolist() == pytest.approx([0.5, 1, 0], abs=1e-9)
