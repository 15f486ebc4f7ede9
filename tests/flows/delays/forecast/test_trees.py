"""Trees kept as plain arrays say what the library says."""

import io
import pickle
from typing import Any

import numpy as np
import pytest

from flows.delays.forecast.arrays import Floats
from flows.delays.forecast.features import FEATURES
from flows.delays.forecast.trees import Trees, chance, loaded, of_boosting
from models.errors import CouldNotRun

COUNT = 400


@pytest.fixture(scope="module")
def rows() -> Floats:
    return np.random.default_rng(3).normal(size=(COUNT, len(FEATURES)))


@pytest.fixture(scope="module")
def model(rows: Floats) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    late = rows[:, 0] + rows[:, 7] * rows[:, 3] > 0.3
    with threadpool_limits(limits=1, user_api="openmp"):
        return HistGradientBoostingClassifier(max_iter=40, random_state=0).fit(rows, late)


def test_as_the_library_says(rows: Floats, model: Any) -> None:
    theirs = model.predict_proba(rows)[:, 1]
    assert np.allclose(of_boosting(model).chances(rows), theirs, atol=1e-9)
    assert theirs.min() < 0.2 < 0.8 < theirs.max()


def test_kept_and_read_again(rows: Floats, model: Any) -> None:
    made = of_boosting(model)
    calibrated = Trees(**{**vars(made), "slope": 0.7, "shift": -0.2})
    kept = calibrated.dumped()
    again = loaded(kept)
    assert np.array_equal(again.chances(rows), calibrated.chances(rows))
    assert np.allclose(again.chances(rows), chance(0.7 * made.logits(rows) - 0.2))


def test_what_other_features_taught_is_not_used(model: Any) -> None:
    kept = of_boosting(model).dumped()
    with np.load(io.BytesIO(kept)) as parts:
        changed = {**parts, "names": np.array(["another", *FEATURES[1:]])}
    stream = io.BytesIO()
    np.savez_compressed(stream, **changed)
    with pytest.raises(CouldNotRun, match="forecast learn"):
        loaded(stream.getvalue())


def test_nothing_that_runs_is_ever_read(model: Any) -> None:
    stream = io.BytesIO()
    np.savez(stream, names=np.array([model], dtype=object))
    with pytest.raises(ValueError, match="allow_pickle"):
        loaded(stream.getvalue())
    with pytest.raises(ValueError, match="pickle"):
        loaded(pickle.dumps("a model"))
