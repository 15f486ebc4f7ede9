"""What a forecast looks at: how the groups of a case fared, as of a moment, and the case's term.

Only what was known before the moment counts: a case's end from the moment on when it was known,
those open as of the moment.
"""

import hashlib
from dataclasses import dataclass

import numpy as np

from flows.delays.forecast.arrays import DAY, Floats, Ints
from flows.delays.forecast.cases import GROUPINGS, PARENTS
from flows.delays.forecast.points import MARKS, Points, Terms, points
from flows.delays.forecast.tally import Tally

RECENT = 21 * DAY
WEEK = 7 * DAY
COUNTS = ("decided", "late", "recently_decided", "recently_late", "waiting", "closed")
DECIDED, LATE, RECENTLY_DECIDED, RECENTLY_LATE, WAITING, CLOSED = range(len(COUNTS))
"""The columns of counts; see `models.forecast.ForecastGroup`."""

LEAN, LEAN_RECENT = 10.0, 5.0
"""A share leans on that of the wider group as if so many of its own cases had been as there."""

_OWN = ("gone", "left", "term", "mark")
FEATURES = tuple(
    f"{grouping}.{name}" for grouping in GROUPINGS for name in (*COUNTS, "share", "share_recently")
) + tuple(f"case.{name}" for name in _OWN)

FINGERPRINT = hashlib.sha256(repr((FEATURES, MARKS, RECENT, WEEK)).encode()).hexdigest()[:12]
"""Names the features: what was learned from others cannot be used with these."""


@dataclass(frozen=True)
class Record:
    """All there is to count from, sorted once: for each grouping received, closed, and decided.

    `pools` are the cases that were open at each of `MARKS`.
    """

    pools: tuple[Points, ...]
    received: tuple[Tally, ...]
    closed: tuple[Tally, ...]
    decided: tuple[tuple[Tally, ...], ...]

    def counts(self, mark: int, keys: Ints, moments: Floats) -> Floats:
        """`COUNTS` of the groups `keys` (a row for each moment) at a mark: rows × groupings × 6."""
        each = [self.of(n, mark, keys[:, n], moments) for n in range(len(GROUPINGS))]
        return np.stack(each, axis=1)

    def of(self, grouping: int, mark: int, keys: Ints, moments: Floats) -> Floats:
        """`COUNTS` of groups of one grouping at a mark, each as of its moment: rows × 6."""
        pool, closed = self.decided[mark][grouping], self.closed[grouping]
        received = self.received[grouping].count(keys, moments)[0]
        return np.column_stack([
            *pool.count(keys, moments),
            *pool.count(keys, moments, moments - RECENT),
            received - closed.count(keys, moments)[0],
            closed.count(keys, moments, moments - WEEK)[0],
        ])  # fmt: skip


def record(term: Terms) -> Record:
    """Sort the cases, and those open at each mark."""
    cases = term.cases
    pools = tuple(points(term, mark) for mark in range(len(MARKS)))
    known, late = cases.known, cases.late.astype(np.float64)
    ended = np.where(cases.closed <= cases.seen, cases.closed, np.inf)
    groupings = range(len(GROUPINGS))
    decided = []
    for pool in pools:
        keys = cases.keys_at(pool.place, pool.at)
        when, how = known[pool.place], late[pool.place]
        decided.append(tuple(Tally(keys[:, grouping], when, how) for grouping in groupings))
    return Record(
        pools,
        tuple(Tally(cases.keys[:, grouping], cases.received) for grouping in groupings),
        tuple(Tally(cases.keys[:, grouping], ended) for grouping in groupings),
        tuple(decided),
    )


def own(term: Terms, places: Ints, moments: Floats, mark: Ints) -> Floats:
    """What a case itself brings: logs of its term's time gone, left and whole, and the mark."""
    at = np.full(len(term.cases), np.nan)
    at[places] = moments
    gone = term.gone(np.where(np.isnan(at), term.cases.received, at))[places]
    length = term.length[places]
    # On scales of days, not seconds: trees do not mind, people who look at them do.
    days = [np.log1p(np.maximum(part, 0) / DAY) for part in (gone, length - gone, length)]
    return np.column_stack([*days, np.array(MARKS)[mark]])


def matrix(counts: Floats, owned: Floats) -> Floats:
    """The columns `FEATURES` from counts (rows × groupings × 6) and what cases bring themselves."""
    shares: list[tuple[Floats, Floats]] = []
    columns: list[Floats] = []
    for grouping, parent in enumerate(PARENTS):
        group = counts[:, grouping]
        wider = shares[parent][0] if grouping else np.full(len(counts), 0.5)
        lean = LEAN if grouping else 1.0
        share = (group[:, LATE] + lean * wider) / (group[:, DECIDED] + lean)
        recently = (group[:, RECENTLY_LATE] + LEAN_RECENT * share) / (
            group[:, RECENTLY_DECIDED] + LEAN_RECENT
        )
        shares.append((share, recently))
        columns += [*group.T, share, recently]
    return np.column_stack([*columns, owned])
