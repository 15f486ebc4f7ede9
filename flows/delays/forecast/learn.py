"""Learn from decided cases: boosted trees over the features, calibrated on the later part.

A case teaches only where its term has ended (`due` is past): one that was completed early is known
sooner than one that will be late, so to take whatever is known would teach that most are on time.
What is not decided yet is left out by its due date, which was fixed when it came in, and not by
how it goes.
"""

from dataclasses import dataclass, replace

import numpy as np

from flows.delays.forecast import trees
from flows.delays.forecast.arrays import DAY, Bools, Floats, Ints
from flows.delays.forecast.features import Record, matrix, own
from flows.delays.forecast.points import Points, Terms
from flows.delays.forecast.quality import Quality, quality
from flows.delays.forecast.trees import Trees

MOST = 200_000
"""So many points are learned from at most, drawn evenly; all are counted in the groups."""
FEWEST = 300
FEWEST_OF_A_KIND = 30
WARM_UP = 28 * DAY
"""The first weeks have no past to look back on: they count in the groups and teach nothing."""
LATER = 0.3
"""The share of the points, the latest, that calibration is learned from."""


@dataclass(frozen=True)
class Sample:
    """Points to learn from: features, whether late, and when each was looked at and decided."""

    features: Floats
    late: Bools
    at: Floats
    due: Floats

    def of(self, which: Bools) -> "Sample":
        """Some of them."""
        return Sample(self.features[which], self.late[which], self.at[which], self.due[which])


@dataclass(frozen=True)
class Learned:
    """What was learned; `trees` is None where `reason` says what there was too little of.

    `quality` is that of trees learned from the earlier part, judged by the later part.
    """

    reason: str
    cases: int
    late: int
    points: int
    trees: Trees | None = None
    quality: Quality | None = None


def learn(term: Terms, counted: Record, most: int = MOST) -> Learned:
    """Learn from the cases that are decided, as far as each was seen: `most` points at most."""
    decided = term.cases.due <= term.cases.seen
    cases, late = int(decided.sum()), int((decided & term.cases.late).sum())
    taught = _sample(term, counted, most)
    lates, count = int(taught.late.sum()), len(taught.late)
    if count < FEWEST or min(lates, count - lates) < FEWEST_OF_A_KIND:
        reason = (
            f"{count:,} points of decided cases, {lates:,} of them late: it takes {FEWEST:,},"
            f" {FEWEST_OF_A_KIND} of them late and {FEWEST_OF_A_KIND} on time"
        )
        return Learned(reason, cases, late, count)
    fitted = _fit(taught)
    slope, shift, judged = _calibration(taught)
    final = replace(fitted, slope=slope, shift=shift)
    return Learned("learned", cases, late, count, final, judged)


def _sample(term: Terms, counted: Record, most: int) -> Sample:
    cases = term.cases
    begins = float(np.min(cases.received, initial=np.inf))
    ends = float(np.max(np.where(np.isfinite(cases.due), cases.received, 0), initial=0))
    warm = begins + min(WARM_UP, (ends - begins) / 4)
    chosen = [_chosen(pool, cases.due <= cases.seen, warm) for pool in counted.pools]
    total = sum(len(pool.place) for pool in chosen)
    chance = np.random.default_rng(0)
    parts = []
    for pool in chosen:
        take = len(pool.place) if total <= most else int(len(pool.place) * most / total)
        kept = np.sort(chance.permutation(len(pool.place))[:take])
        place, at = pool.place[kept], pool.at[kept]
        features = features_at(term, counted, pool.mark, place, at)
        parts.append(Sample(features, cases.late[place], at, cases.due[place]))
    return Sample(*(np.concatenate([vars(part)[name] for part in parts])
                    for name in ("features", "late", "at", "due")))  # fmt: skip


def _chosen(pool: Points, decided: Bools, warm: float) -> Points:
    which = decided[pool.place] & (pool.at >= warm)
    return Points(pool.mark, pool.place[which], pool.at[which])


def features_at(term: Terms, counted: Record, mark: int, places: Ints, moments: Floats) -> Floats:
    """The features of the cases at these places, at a mark, as of these moments."""
    counts = counted.counts(mark, term.cases.keys_at(places, moments), moments)
    marks = np.full(len(places), mark)
    return matrix(counts, own(term, places, moments, marks))


def _fit(sample: Sample) -> Trees:
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    model = HistGradientBoostingClassifier(
        learning_rate=0.03,
        max_iter=120,
        max_leaf_nodes=15,
        min_samples_leaf=int(np.clip(len(sample.late) // 300, 20, 200)),
        l2_regularization=1,
        max_features=0.3,
        early_stopping=False,
        random_state=0,
    )
    # One thread leaves the other cores to the checks; and threads that share a busy machine wait
    # for each other much longer than they work.
    with threadpool_limits(limits=1, user_api="openmp"):
        return trees.of_boosting(model.fit(sample.features, sample.late))


def _calibration(sample: Sample) -> tuple[float, float, Quality | None]:
    """Slope and shift of the logits (Platt), learned on points that the trees had not seen."""
    from sklearn.linear_model import LogisticRegression

    cut = float(np.quantile(sample.at, 1 - LATER))
    earlier, later = sample.of(sample.due < cut), sample.of(sample.at >= cut)
    kinds = [int(part.late.sum()) for part in (earlier, later)]
    rest = [len(part.late) - late for part, late in zip((earlier, later), kinds, strict=True)]
    if min(*kinds, *rest) < FEWEST_OF_A_KIND:
        return 1.0, 0.0, None
    logits = _fit(earlier).logits(later.features)
    fitted = LogisticRegression(C=1.0).fit(logits[:, None], later.late)
    # A slope above 1 would make bolder what the trees themselves did not dare to say.
    slope = float(np.clip(fitted.coef_[0, 0], 0.2, 1.0))
    shift = _shift(slope * logits, later.late)
    return slope, shift, quality(trees.chance(slope * logits + shift), later.late)


def _shift(logits: Floats, late: Bools) -> float:
    """The shift with which as many are expected to be late as were."""
    low, high = -10.0, 10.0
    for _ in range(60):
        middle = (low + high) / 2
        if trees.chance(logits + middle).sum() < late.sum():
            low = middle
        else:
            high = middle
    return (low + high) / 2
