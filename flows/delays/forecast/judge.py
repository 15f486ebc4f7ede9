"""Judge forecasts by what came of it: learn until a day, look at later cases, each at its moment.

Nothing leaks: what was learned ends with the day, and each case is looked at with what was known
at its own moment.
"""

from dataclasses import dataclass

import numpy as np

from flows.delays.forecast.arrays import Floats, Ints
from flows.delays.forecast.cases import Cases
from flows.delays.forecast.features import record
from flows.delays.forecast.learn import Learned, features_at, learn
from flows.delays.forecast.points import MARKS, Terms, terms
from flows.delays.forecast.quality import Quality, quality
from flows.delays.forecast.trees import Trees
from flows.delays.forecast.worked import Clocks
from models.errors import ConfigurationError, CouldNotRun


@dataclass(frozen=True)
class Judged:
    """Cases by their places, when each was looked at, its chance, and how good all are.

    `by_elapsed` and `by_service` are the plain baselines, judged by the same cases.
    """

    place: Ints
    at: Floats
    chances: Floats
    quality: Quality
    by_elapsed: Quality
    by_service: Quality


def as_seen(cases: Cases, until: float) -> Cases:
    """The cases of a file, which knows no stops and stages, as they were known at a moment."""
    which = cases.received <= until
    return Cases(
        received=cases.received[which],
        due=cases.due[which],
        closed=np.where(cases.closed <= until, cases.closed, np.inf)[which],
        seen=np.minimum(cases.seen, until)[which],
        clock=cases.clock[which],
        keys=cases.keys[which],
    )


def learned_until(cases: Cases, clocks: Clocks, until: float) -> Learned:
    """What there was to learn by a moment."""
    then = terms(as_seen(cases, until), clocks)
    return learn(then, record(then))


def judge(term: Terms, trees: Trees, since: float, mark: float, until: float = np.inf) -> Judged:
    """Judge the decided cases received from `since` on, and looked at before `until`, at a mark.

    Raises:
        ConfigurationError: there is no such mark.
        CouldNotRun: there are no such cases.
    """
    if mark not in MARKS:
        listed = ", ".join(f"{each:g}" for each in MARKS)
        raise ConfigurationError(
            f"Judging forecasts at {mark:g} of the term", f"the marks are {listed}", "Give one"
        )
    counted = record(term)
    cases, pool = term.cases, counted.pools[MARKS.index(mark)]
    decided = cases.due <= cases.seen
    which = decided[pool.place] & (cases.received[pool.place] >= since) & (pool.at < until)
    place, at = pool.place[which], pool.at[which]
    if not len(place):
        raise CouldNotRun(
            "Judging forecasts", "no case received since then is decided", "Give an earlier moment"
        )
    features = features_at(term, counted, pool.mark, place, at)
    late = cases.late[place]
    chances = trees.chances(features)
    return Judged(
        place, at, chances, quality(chances, late),
        quality(_by_elapsed(cases, pool.place, since, len(place)), late),
        quality(_by_service(cases, place, since), late),
    )  # fmt: skip


def _by_elapsed(cases: Cases, pool: Ints, since: float, count: int) -> Floats:
    """The share of late among all cases that were open at this share of their term, for each."""
    late = cases.late[pool[cases.due[pool] <= since]]
    return np.full(count, float(late.mean()) if len(late) else 0.5)


def _by_service(cases: Cases, place: Ints, since: float) -> Floats:
    """The share of late among the service's cases, open at the mark or not, decided by `since`."""
    decided = cases.due <= since
    known, groups = np.unique(cases.keys[:, 3], return_inverse=True)
    count = np.bincount(groups[decided], minlength=len(known))
    late = np.bincount(groups[decided], cases.late[decided], minlength=len(known))
    base = float(cases.late[decided].mean()) if decided.any() else 0.5
    # A service without any decided case has the share of all.
    share = np.where(count > 0, late / np.maximum(count, 1), base)
    return np.asarray(share[groups[place]], dtype=np.float64)
