"""How good forecasts are: ranks, errors, and whether of those with 7 in 10 seven were late."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from flows.delays.forecast.arrays import Bools, Floats

BINS = 10


@dataclass(frozen=True)
class Bin:
    """Forecasts of a tenth of the scale: how many, their mean, and the share that was late."""

    count: int
    said: float
    late: float


@dataclass(frozen=True)
class Quality:
    """`auc`: how often a late one has the higher chance of two; None where all ended alike.

    `brier` is the mean squared error of the chances, `base` that of always saying the share of
    late (`share`) of these very cases. `off` is the mean distance of what was said from what was,
    over the bins, by their counts.
    """

    count: int
    share: float
    auc: float | None
    brier: float
    base: float
    off: float
    bins: Sequence[Bin]

    def as_json(self) -> dict[str, Any]:
        """Plain, to be kept and printed."""
        return asdict(self)


def quality(chances: Floats, late: Bools) -> Quality:
    """Judge chances by how the cases ended; there is at least one."""
    from sklearn.metrics import brier_score_loss, roc_auc_score

    share = float(late.mean())
    bins = _bins(chances, late)
    return Quality(
        count=len(late),
        share=share,
        auc=float(roc_auc_score(late, chances)) if 0 < share < 1 else None,
        brier=float(brier_score_loss(late, chances, pos_label=True)),
        base=share * (1 - share),
        off=sum(each.count * abs(each.said - each.late) for each in bins) / len(late),
        bins=bins,
    )


def _bins(chances: Floats, late: Bools) -> list[Bin]:
    place = np.clip((chances * BINS).astype(np.int64), 0, BINS - 1)
    found = []
    for each in range(BINS):
        mine = place == each
        count = int(mine.sum())
        said, was = (float(v[mine].mean()) if count else 0.0 for v in (chances, late))
        found.append(Bin(count, said, was))
    return found
