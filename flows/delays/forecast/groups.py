"""How each group fared, as of a moment: counted from all cases, kept, and looked up when scoring.

Counting costs by history, so it is done once an hour and after learning; looking up does not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import Connection, text

from flows.delays.forecast import binary
from flows.delays.forecast.arrays import Floats, Ints
from flows.delays.forecast.cases import GROUPINGS, STAGE
from flows.delays.forecast.features import COUNTS, Record, record
from flows.delays.forecast.points import MARKS, Terms, terms
from flows.delays.forecast.read import read
from flows.delays.forecast.worked import Clocks
from flows.delays.looking import Look

REFRESH = timedelta(hours=1)
"""Counts are at most so old."""

FEW = 20_000
"""So many groups at most are looked up one by one; of more, all are read."""

_KEYS = (("grouping", ">i4"), ("key", ">i8"), ("mark", ">i4"))
_COLUMNS = (*_KEYS, *((name, ">f8") for name in COUNTS))

_STORED = f"""
    SELECT grouping, key, mark, {", ".join(COUNTS)} FROM forecast_groups {{which}}
    ORDER BY grouping, mark, key
"""
_SOME = """
    JOIN unnest(%(groupings)s::int[], %(keys)s::bigint[]) AS w (grouping, key)
    USING (grouping, key)
"""


@dataclass(frozen=True)
class Groups:
    """The counts of every group at every mark; `rows` are in order of grouping, mark and key."""

    grouping: Ints
    mark: Ints
    key: Ints
    counts: Floats

    def at(self, mark: Ints, keys: Ints) -> Floats:
        """`COUNTS` for keys (rows × groupings), each row at its mark: rows × groupings × 6.

        Groups that are not known have counts of zero.
        """
        found = np.zeros((len(keys), len(GROUPINGS), len(COUNTS)))
        for grouping in range(len(GROUPINGS)):
            for each in np.unique(mark):
                low, high = self._span(grouping, int(each))
                rows = np.flatnonzero(mark == each)
                wanted = keys[rows, grouping]
                place = np.minimum(low + np.searchsorted(self.key[low:high], wanted), high - 1)
                known = self.key[place] == wanted if high > low else np.zeros(len(rows), bool)
                found[rows[known], grouping] = self.counts[place[known]]
        return found

    def _span(self, grouping: int, mark: int) -> tuple[int, int]:
        line = self.grouping * len(MARKS) + self.mark
        wanted = grouping * len(MARKS) + mark
        return int(np.searchsorted(line, wanted)), int(np.searchsorted(line, wanted, "right"))


def groups_as_of(term: Terms, counted: Record, moment: datetime) -> Groups:
    """Count the groups of all cases as of a moment."""
    parts = []
    for grouping in range(len(GROUPINGS)):
        keys = term.cases.keys[:, grouping]
        if grouping == STAGE:
            keys = np.concatenate([keys, term.cases.stages.key])
        known = np.unique(keys)
        parts += [_part(counted, grouping, mark, known, moment) for mark in range(len(MARKS))]
    return Groups(
        grouping=np.concatenate([part.grouping for part in parts]),
        mark=np.concatenate([part.mark for part in parts]),
        key=np.concatenate([part.key for part in parts]),
        counts=np.concatenate([part.counts for part in parts]),
    )


def _part(counted: Record, grouping: int, mark: int, keys: Ints, moment: datetime) -> Groups:
    counts = counted.of(grouping, mark, keys, np.full(len(keys), moment.timestamp()))
    some = counts.any(axis=1)
    place = np.full(int(some.sum()), grouping)
    return Groups(place, np.full(len(place), mark), keys[some], counts[some])


def keep(connection: Connection, groups: Groups, looks: Sequence[Look], moment: datetime) -> None:
    """Put these counts in the place of those before."""
    connection.execute(text("DELETE FROM forecast_groups"))
    connection.execute(text("DELETE FROM forecast_looks"))
    counts = {name: groups.counts[:, place] for place, name in enumerate(COUNTS)}
    keys = {"grouping": groups.grouping, "key": groups.key, "mark": groups.mark}
    binary.store(connection, "forecast_groups", _COLUMNS, {**keys, **counts})
    connection.execute(text("ANALYZE forecast_groups"))
    connection.execute(
        text("INSERT INTO forecast_looks VALUES (:system, :as_of, :until)"),
        [
            {"system": look.system, "as_of": moment, "until": look.until}
            for look in looks
            if look.until is not None
        ],
    )


def stored(connection: Connection, keys: Ints, few: int = FEW) -> Groups:
    """The counts that were kept last, of the groups of these keys (rows × groupings) or of all."""
    pairs = [np.unique(keys[:, grouping]) for grouping in range(len(GROUPINGS))]
    some = sum(len(each) for each in pairs) <= few
    bound = {
        "groupings": np.repeat(np.arange(len(pairs)), [len(each) for each in pairs]).tolist(),
        "keys": np.concatenate(pairs).tolist(),
    }
    query = _STORED.format(which=_SOME if some else "")
    found = binary.rows(connection, query, bound if some else {}, _COLUMNS)
    counts = np.column_stack([found[name] for name in COUNTS])
    return Groups(found["grouping"], found["mark"], found["key"], counts)


def fresh(
    connection: Connection,
    clocks: Clocks,
    looks: Sequence[Look],
    moment: datetime,
    learn_from: timedelta,
    keys: Ints,
) -> Groups:
    """The counts of the groups of these keys as of about this moment.

    Those kept, or counted anew where they are too old.
    """
    counted_at = connection.execute(text("SELECT max(as_of) FROM forecast_looks")).scalar()
    if counted_at is not None and counted_at <= moment < counted_at + REFRESH:
        return stored(connection, keys)
    cases, _ = read(connection, clocks, looks, moment - learn_from)
    term = terms(cases, clocks)
    counted = groups_as_of(term, record(term), moment)
    keep(connection, counted, looks, moment)
    return counted
