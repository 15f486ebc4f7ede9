"""What a forecast looks at was known at its moment: nothing leaks from later."""

from pathlib import Path

import numpy as np
import pytest

from flows.delays.forecast.cases import GROUPINGS, Stages
from flows.delays.forecast.features import (
    CLOSED,
    DECIDED,
    FEATURES,
    LATE,
    WAITING,
    Record,
    matrix,
    own,
    record,
)  # fmt: skip
from flows.delays.forecast.judge import as_seen
from flows.delays.forecast.points import MARKS, Terms, points, terms
from tests.flows.delays.forecast.made import DAY, HOUR, MONDAY, cases, clocks, some

SERVICE = GROUPINGS.index("service")


def sorted_(term: Terms) -> Record:
    return record(term)


@pytest.mark.parametrize("mark", range(len(MARKS)))
def test_what_came_later_changes_nothing(tmp_path: Path, mark: int) -> None:
    whole = some(800)
    office = clocks(tmp_path)
    moment = MONDAY - 20 * DAY + 5 * HOUR
    then = as_seen(whole, moment)
    keys = np.repeat(np.unique(whole.keys, axis=0), 1, axis=0)
    moments = np.full(len(keys), moment)
    known = sorted_(terms(whole, office)).counts(mark, keys, moments)
    seen = sorted_(terms(then, office)).counts(mark, keys, moments)
    assert np.array_equal(known, seen)
    assert known[:, SERVICE, DECIDED].min() >= 5
    assert (known[:, SERVICE, LATE] < known[:, SERVICE, DECIDED]).any()


def test_counts_are_what_they_say(tmp_path: Path) -> None:
    due = MONDAY + 9 * HOUR
    # Completed in time, completed late, still open; and one that came in after the moment.
    found = cases(
        [MONDAY] * 3 + [MONDAY + 3 * DAY],
        [due] * 3 + [MONDAY + 4 * DAY],
        [MONDAY + 6 * HOUR, MONDAY + 2 * DAY, np.inf, np.inf],
        MONDAY + 9 * DAY,
    )
    counted = sorted_(terms(found, clocks(tmp_path)))
    half = MARKS.index(0.5)
    for moment, expected in [
        (MONDAY + 5 * HOUR, (0, 0, 3, 0)),
        (MONDAY + 7 * HOUR, (1, 0, 2, 1)),
        (due + 1, (3, 2, 2, 1)),
        (MONDAY + 2.5 * DAY, (3, 2, 1, 2)),
        (MONDAY + 8 * DAY, (4, 3, 2, 1)),
    ]:
        [row] = counted.of(0, half, np.array([0]), np.array([moment]))
        assert tuple(row[[DECIDED, LATE, WAITING, CLOSED]]) == expected, moment


def test_a_stage_counts_from_when_it_was_reached() -> None:
    found = some(3)
    stages = Stages(np.array([1, 1]), np.array([MONDAY, MONDAY + DAY]), np.array([77, 88]))
    found = type(found)(**{**vars(found), "stages": stages})
    at = np.array([MONDAY - 1, MONDAY, MONDAY + 2 * DAY])
    assert found.keys_at(np.array([1, 1, 1]), at)[:, -1].tolist()[1:] == [77, 88]
    assert (
        found.keys_at(np.array([1, 0, 2]), at)[:, -1].tolist() == found.keys[[1, 0, 2], -1].tolist()
    )


def test_columns_are_named(tmp_path: Path) -> None:
    term = terms(some(50), clocks(tmp_path))
    counted = sorted_(term)
    pool = points(term, 2)
    counts = counted.counts(2, term.cases.keys_at(pool.place, pool.at), pool.at)
    owned = own(term, pool.place, pool.at, np.full(len(pool.place), 2))
    found = matrix(counts, owned)
    assert found.shape == (len(pool.place), len(FEATURES))
    assert np.isfinite(found).all()
    shares = [n for n, name in enumerate(FEATURES) if ".share" in name]
    assert ((found[:, shares] > 0) & (found[:, shares] < 1)).all()
    mark = FEATURES.index("case.mark")
    assert set(found[:, mark]) == {MARKS[2]}
