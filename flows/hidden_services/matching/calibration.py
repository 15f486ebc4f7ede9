"""From figures to a probability of absence, learned from the register itself, without labels.

Names of the register are changed as other bodies would change them (`perturbation`). Asked with
the entry in the register they are examples of a renamed function; asked with the entry taken out,
of an absent one. A logistic regression tells the two apart. For a small register it stays near
`PRIOR`, which comes from larger ones in the same way.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from flows.hidden_services.matching.sparse import Floats

BASE_RATE = 0.3
"""The share of observed functions that is absent, before a name is looked at.

Of the services known in Kazakhstan in 2017, 746 were registered and some 300 were not.
"""
UNRECOGNISABLE = 0.05
"""So many of the functions that are in the register have a name that shows nothing of it."""
SAME_NAME = 0.01
"""The probability of absence where the register has the very name."""
IDENTICAL = 0.999
"""The spelling and the words of two names are the same from here on; less is rounding."""
PRIOR = np.array([0.5, -2.6, -1.9, -1.1, -2.2, 3.0, 0.6])
PRIOR_INTERCEPT = 1.0
PRIOR_WEIGHT = 5.0
"""The ridge on the difference to the prior.

Weaker ones fit the made names better and real ones worse: made names are not quite real ones.
"""


@dataclass(frozen=True)
class Examples:
    """Figures with what is known of them."""

    figures: Floats
    absent: Floats
    """1 absent, 0 in the register, between them where only a probability is known."""
    weights: Floats

    @classmethod
    def joined(cls, some: Sequence["Examples"]) -> "Examples":
        """All of them."""
        return cls(
            np.vstack([each.figures for each in some]),
            np.concatenate([each.absent for each in some]),
            np.concatenate([each.weights for each in some]),
        )


def made(present: Floats, absent: Floats, base_rate: float) -> Examples:
    """Examples of two kinds, weighted so that `base_rate` of them is absent."""
    total = len(present) + len(absent)
    weights = [
        np.full(len(part), share * total / max(len(part), 1))
        for part, share in ((present, 1 - base_rate), (absent, base_rate))
    ]
    return Examples(
        np.vstack([present, absent]),
        np.concatenate([np.zeros(len(present)), np.ones(len(absent))]),
        np.concatenate(weights),
    )


@dataclass(frozen=True)
class Calibration:
    """A logistic regression on the figures, and what no figure shows."""

    coefficients: Floats
    intercept: float
    base_rate: float

    def p_absent(self, figures: Floats) -> Floats:
        """The probability that each function is absent from the register.

        A share of the functions that are in the register has figures like absent ones; so the
        odds of absence never exceed those of an absent function to one of that share.
        """
        odds = np.exp(figures @ self.coefficients + self.intercept)
        hopeless = UNRECOGNISABLE * (1 - self.base_rate) / self.base_rate
        against = (1 - UNRECOGNISABLE) / odds + hopeless
        same = figures[:, 0] >= IDENTICAL
        return np.asarray(np.where(same, SAME_NAME, 1 / (1 + against)))


def fit(examples: Examples, base_rate: float = BASE_RATE) -> Calibration:
    """The regression that explains the examples best and stays near the prior."""
    prior = np.append(PRIOR, PRIOR_INTERCEPT)
    inputs = np.column_stack([examples.figures, np.ones(len(examples.absent))])

    def loss(coefficients: Floats) -> tuple[float, Floats]:
        scores = inputs @ coefficients
        off = coefficients - prior
        wrong = np.logaddexp(0.0, scores) - examples.absent * scores
        slope = inputs.T @ (examples.weights * (expit(scores) - examples.absent))
        return (
            float(examples.weights @ wrong + PRIOR_WEIGHT * off @ off / 2),
            slope + PRIOR_WEIGHT * off,
        )

    found = minimize(loss, prior, jac=True, method="L-BFGS-B").x
    return Calibration(found[:-1], float(found[-1]), base_rate)
