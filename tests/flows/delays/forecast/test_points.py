"""Marks of terms lie in working time, and move with clocks that stood still."""

from pathlib import Path

import numpy as np
import pytest

from flows.delays.forecast.cases import Stops
from flows.delays.forecast.points import MARKS, points, reached, terms
from tests.flows.delays.forecast.made import DAY, HOUR, MONDAY, cases, clocks

# From Monday 9:00 to Wednesday 18:00: three days of nine hours.
RECEIVED, DUE = MONDAY, MONDAY + 2 * DAY + 9 * HOUR
HALF = MARKS.index(0.5)


@pytest.mark.parametrize(
    ("since", "until", "half"),
    [
        (None, None, DAY + 4.5 * HOUR),
        # A day's work was lost before the half, and the due date moved by as much.
        (6 * HOUR, DAY + 6 * HOUR, 2 * DAY + 4.5 * HOUR),
        # A stop after the half moves only the end.
        (2 * DAY, 2 * DAY + HOUR, DAY + 4.5 * HOUR),
        # A stop at night costs no working time.
        (10 * HOUR, 20 * HOUR, DAY + 4.5 * HOUR),
    ],
)
def test_half_of_a_term(
    tmp_path: Path, since: float | None, until: float | None, half: float
) -> None:
    office = clocks(tmp_path)
    stops, due = None, DUE
    if since is not None and until is not None:
        stops = Stops(np.array([0]), np.array([MONDAY + since]), np.array([MONDAY + until]))
        worked = office.until(np.array([1, 1]), MONDAY + np.array([since, until]))
        lost, end = worked[1] - worked[0], office.until(np.array([1]), np.array([DUE]))
        due = float(office.moment(np.array([1]), end + lost)[0])
    term = terms(cases([RECEIVED], [due], [np.inf], DUE, stops=stops), office)
    assert term.length[0] == pytest.approx(27 * HOUR)
    assert term.moment(0.5)[0] - MONDAY == pytest.approx(half)
    assert term.gone(term.moment(0.5))[0] == pytest.approx(13.5 * HOUR)


def test_a_clock_that_stands_still_has_no_marks(tmp_path: Path) -> None:
    stops = Stops(np.array([0]), np.array([MONDAY + HOUR]), np.array([np.inf]))
    term = terms(cases([RECEIVED], [np.inf], [np.inf], DUE, stops=stops), clocks(tmp_path))
    assert all(np.isinf(term.moment(mark)[0]) for mark in MARKS)
    assert all(not len(points(term, mark).place) for mark in range(len(MARKS)))


def test_a_term_within_a_night_runs_around_the_clock(tmp_path: Path) -> None:
    night = MONDAY + 12 * HOUR
    term = terms(cases([night], [night + 2 * HOUR], [np.inf], DUE), clocks(tmp_path))
    assert term.moment(0.5)[0] == night + HOUR


def test_who_was_open_at_a_mark(tmp_path: Path) -> None:
    half = MONDAY + DAY + 4.5 * HOUR
    closed = [half - 1, half + 1, np.inf]
    found = cases([RECEIVED] * 3, [DUE] * 3, closed, seen=DUE)
    at_half = points(terms(found, clocks(tmp_path)), HALF)
    assert at_half.place.tolist() == [1, 2]
    assert at_half.at.tolist() == pytest.approx([half, half])
    unseen = cases([RECEIVED] * 3, [DUE] * 3, closed, seen=half - HOUR)
    assert not len(points(terms(unseen, clocks(tmp_path)), HALF).place)


@pytest.mark.parametrize(
    ("hours", "mark"), [(0, 0), (6.7, 0), (6.8, 1), (24 + 4.4, 1), (24 + 4.6, 2), (48 + 8.9, 4)]
)
def test_the_mark_that_is_reached(tmp_path: Path, hours: float, mark: int) -> None:
    term = terms(cases([RECEIVED], [DUE], [np.inf], DUE), clocks(tmp_path))
    found, _ = reached(term, np.array([MONDAY + hours * HOUR]))
    assert found.tolist() == [mark]
