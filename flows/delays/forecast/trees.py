"""Boosted trees as plain arrays: kept in the database and read without running any code of it.

A pickled model would run whatever stands in the database's row, and only in one version of the
library; these are numbers.
"""

import io
from dataclasses import dataclass
from typing import Any

import numpy as np

from flows.delays.forecast.arrays import Floats, Ints
from flows.delays.forecast.features import FEATURES
from models.errors import CouldNotRun

_PARTS = ("roots", "feature", "threshold", "left", "right", "value")


@dataclass(frozen=True)
class Trees:
    """All nodes of all trees in one row, each tree from its root; a leaf is its own child.

    A chance is `slope` times the sum of the leaves' values and `base`, plus `shift`, in logits:
    slope and shift are what calibration adds.
    """

    roots: Ints
    feature: Ints
    threshold: Floats
    left: Ints
    right: Ints
    value: Floats
    base: float
    slope: float = 1.0
    shift: float = 0.0

    def logits(self, features: Floats) -> Floats:
        """The uncalibrated logit of each row of `FEATURES`."""
        total = np.full(len(features), self.base)
        rows = np.arange(len(features))
        for root in self.roots:
            node = np.full(len(features), root)
            while True:
                goes_left = features[rows, self.feature[node]] <= self.threshold[node]
                child = np.where(goes_left, self.left[node], self.right[node])
                if np.array_equal(child, node):
                    break
                node = child
            total += self.value[node]
        return total

    def chances(self, features: Floats) -> Floats:
        """The calibrated chance of each row of `FEATURES`."""
        return chance(self.slope * self.logits(features) + self.shift)

    def dumped(self) -> bytes:
        """As bytes, to be kept."""
        stream = io.BytesIO()
        numbers = np.array([self.base, self.slope, self.shift])
        parts: dict[str, Any] = {name: getattr(self, name) for name in _PARTS}
        np.savez_compressed(stream, names=np.array(FEATURES), numbers=numbers, **parts)
        return stream.getvalue()


def loaded(kept: bytes) -> Trees:
    """The trees that were kept.

    Raises:
        CouldNotRun: they were learned from other features than are counted today.
    """
    with np.load(io.BytesIO(kept), allow_pickle=False) as parts:
        if tuple(parts["names"]) != FEATURES:
            raise CouldNotRun(
                "Reading what was learned for forecasts",
                "it was learned from other features than this version counts",
                "Learn anew: `tereze forecast learn`",
            )
        base, slope, shift = (float(number) for number in parts["numbers"])
        kept_parts: dict[str, Any] = {name: parts[name] for name in _PARTS}
        return Trees(**kept_parts, base=base, slope=slope, shift=shift)


def chance(logits: Floats) -> Floats:
    """The chance that a logit stands for."""
    return 1 / (1 + np.exp(-np.clip(logits, -30, 30)))


def of_boosting(model: Any) -> Trees:
    """The trees of scikit-learn's `HistGradientBoostingClassifier` for two classes.

    Reads what the library keeps private, at the one place where it is fitted;
    a test holds the answers against the library's own.
    """
    parts: dict[str, list[Any]] = {name: [] for name in _PARTS}
    size = 0
    for [tree] in model._predictors:
        nodes = tree.nodes
        here = np.arange(size, size + len(nodes))
        leaf = nodes["is_leaf"].astype(bool)
        parts["roots"].append([size])
        parts["feature"].append(np.where(leaf, 0, nodes["feature_idx"]))
        parts["threshold"].append(np.where(leaf, 0.0, nodes["num_threshold"]))
        parts["left"].append(np.where(leaf, here, nodes["left"].astype(np.int64) + size))
        parts["right"].append(np.where(leaf, here, nodes["right"].astype(np.int64) + size))
        parts["value"].append(np.where(leaf, nodes["value"], 0.0))
        size += len(nodes)
    joined: dict[str, Any] = {name: np.concatenate(each) for name, each in parts.items()}
    return Trees(**joined, base=float(np.ravel(model._baseline_prediction)[0]))
