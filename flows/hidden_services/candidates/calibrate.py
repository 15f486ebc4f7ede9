"""Decisions recalibrate the probabilities: Platt's logistic curve, drawn to what it was before.

J. Platt, "Probabilistic Outputs for Support Vector Machines" (1999): p' = 1 / (1 + exp(-(a·x + b)))
over the log-odds x of a probability. With few decisions the curve stays near a = 1, b = 0, where
nothing changes: the prior weighs as much as `shrinkage` decisions. `a` stays positive, so that
the order of candidates is never turned round.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, text

LEAST_SLOPE = 0.05
EDGE = 1e-6
"""Probabilities are taken as no nearer to 0 and 1 than this."""
_STEPS = 50
_GOOD = ("confirmed", "proposed", "entered")
_BAD = ("renamed", "internal", "rejected")
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Calibration:
    """The curve, and how many decisions it rests on."""

    slope: float = 1.0
    offset: float = 0.0
    decisions: int = 0

    def __call__(self, probability: float) -> float:
        """The calibrated probability."""
        p = min(max(probability, EDGE), 1 - EDGE)
        x = self.slope * math.log(p / (1 - p)) + self.offset
        return 1 / (1 + math.exp(-x))


def fit(scores: Sequence[float], good: Sequence[bool], shrinkage: float) -> Calibration:
    """The curve for decided scores, by Newton's method with a Gaussian prior on both numbers."""
    if not scores:
        return Calibration()
    p = np.clip(np.asarray(scores, dtype=np.float64), EDGE, 1 - EDGE)
    x, y = np.log(p / (1 - p)), np.asarray(good, dtype=np.float64)
    design = np.column_stack([x, np.ones_like(x)])
    # The information that one decision carries at most (1/4), times as many as the prior weighs.
    spread = max(float(np.mean(x**2)), 1.0)
    weights = shrinkage / 4 * np.array([spread, 1.0])
    found, before = np.array([1.0, 0.0]), np.array([1.0, 0.0])
    for _ in range(_STEPS):
        step = _newton(design, y, found, weights * (found - before), np.diag(weights))
        found = found - step
        if float(np.abs(step).max()) < 1e-9:
            break
    return Calibration(max(float(found[0]), LEAST_SLOPE), float(found[1]), len(scores))


def _newton(design: Floats, y: Floats, found: Floats, pull: Floats, prior: Floats) -> Floats:
    p = 1 / (1 + np.exp(-np.clip(design @ found, -30, 30)))
    gradient = design.T @ (p - y) + pull
    curvature = (design * (p * (1 - p))[:, None]).T @ design + prior
    return np.asarray(np.linalg.solve(curvature, gradient), dtype=np.float64)


def decided(connection: Connection, shrinkage: float) -> Calibration:
    """The curve for what people have decided about candidates found as hidden services.

    What the jobs moved by themselves is no decision.
    """
    rows = connection.execute(
        text("""
            SELECT c.score, c.state = ANY(:good) AS good FROM candidates c
            WHERE c.kind = 'hidden' AND c.state = ANY(:decided) AND EXISTS (
                SELECT FROM candidate_changes h WHERE h.candidate_id = c.id
                  AND h.became = c.state AND h.actor NOT LIKE 'flow:%')
        """),
        {"good": list(_GOOD), "decided": [*_GOOD, *_BAD]},
    ).all()
    return fit([row.score for row in rows], [row.good for row in rows], shrinkage)


def apply(connection: Connection, curve: Calibration) -> int:
    """Write the probabilities of hidden services anew; answers how many moved by 0.001 or more."""
    return connection.execute(
        text("""
            UPDATE candidates c SET probability = n.p
            FROM (SELECT id, 1 / (1 + exp(-(:slope * ln(p / (1 - p)) + :offset))) AS p
                FROM (SELECT id, least(greatest(score, CAST(:edge AS float)), 1 - :edge) AS p
                    FROM candidates WHERE kind = 'hidden') s) n
            WHERE c.id = n.id AND abs(c.probability - n.p) >= 0.001
        """),
        {"slope": curve.slope, "offset": curve.offset, "edge": EDGE},
    ).rowcount
