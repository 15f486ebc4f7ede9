"""The best candidates of each observed function, and the figures its probability is made of."""

from dataclasses import dataclass

import numpy as np

from flows.hidden_services.matching.index import Pairs
from flows.hidden_services.matching.queries import Queries
from flows.hidden_services.matching.sparse import Floats, Numbers, order_within

KEPT = 5
FIGURES = ("similarity", "margin", "coverage", "backward", "likeness", "elsewhere", "length")
"""What the probability of absence is made of, each between 0 and about 1:

similarity to the nearest entry; its margin over the second; how much of the observed name it has;
how much of its own name is in the observed one; how alike they are spelled; the share of the
observed name in words that other entries have but this one has not; how many words there are.
A model of meanings, where there is one, counts as coverage and likeness where it says more.
"""


@dataclass(frozen=True)
class Ranked:
    """Per observed function, `KEPT` places: -1 and 0 where there are fewer candidates."""

    entry: Numbers
    similarity: Floats
    row: Numbers
    """Which of the function's texts came nearest."""
    figures: Floats
    """Functions by `FIGURES`."""


def rank(queries: Queries, pairs: Pairs, functions: int, without: Numbers | None = None) -> Ranked:
    """Order the candidates of each function.

    `without` names for each function an entry that is passed over, as if the register had it not.
    """
    owner = queries.rows.owners[pairs.row]
    similarity = pairs.similarity * queries.rows.trust[pairs.row]
    chosen = np.lexsort((-similarity, pairs.entry, owner))  # the best text for each entry
    if without is not None:
        chosen = chosen[pairs.entry[chosen] != without[owner[chosen]]]
    new = np.r_[True, (np.diff(owner[chosen]) != 0) | (np.diff(pairs.entry[chosen]) != 0)]
    chosen = chosen[new[: len(chosen)]]
    chosen = chosen[np.lexsort((pairs.entry[chosen], -similarity[chosen], owner[chosen]))]
    place = order_within(owner[chosen])
    kept, place = chosen[place < KEPT], place[place < KEPT]
    pair = np.full((functions, KEPT), -1, dtype=np.int64)
    pair[owner[kept], place] = kept
    none = pair < 0
    if not len(pairs.row):
        return _nothing(queries, functions)
    return Ranked(
        entry=np.where(none, -1, pairs.entry[pair]),
        similarity=np.where(none, 0.0, similarity[pair]),
        row=np.where(none, -1, pairs.row[pair]),
        figures=_figures(queries, pairs, pair, np.where(none, 0.0, similarity[pair])),
    )


def _figures(queries: Queries, pairs: Pairs, pair: Numbers, similarity: Floats) -> Floats:
    first = pair[:, 0]
    has = first >= 0

    def of(values: Floats) -> Floats:
        return np.where(has, values[first], 0.0)

    meaning = 0.0 if pairs.meaning is None else pairs.meaning
    coverage = of(np.maximum(pairs.coverage, meaning))
    row = np.where(has, pairs.row[first], _first_rows(queries, len(pair)))
    reachable = np.where(row >= 0, queries.reachable()[row], 0.0)
    length = np.where(row >= 0, queries.lengths[row], 0.0)
    return np.column_stack([
        similarity[:, 0],
        similarity[:, 0] - similarity[:, 1],
        coverage,
        of(pairs.backward),
        of(np.maximum(pairs.likeness, meaning)),
        np.maximum(reachable - coverage, 0.0),
        np.log1p(length) / 3,
    ])  # fmt: skip


def _first_rows(queries: Queries, functions: int) -> Numbers:
    answer = np.full(functions, -1, dtype=np.int64)
    answer[queries.rows.owners[::-1]] = np.arange(len(queries.rows.owners))[::-1]
    return answer


def _nothing(queries: Queries, functions: int) -> Ranked:
    row = _first_rows(queries, functions)
    figures = np.zeros((functions, len(FIGURES)))
    figures[:, -1] = np.where(row >= 0, np.log1p(queries.lengths)[row] / 3, 0.0) if len(
        queries.lengths
    ) else 0.0  # fmt: skip
    nobody = np.full((functions, KEPT), -1, dtype=np.int64)
    return Ranked(nobody, np.zeros((functions, KEPT)), nobody, figures)
