"""The scorer against the figures that its published formula gives by hand."""

import math

import pytest

from benchmarks.nab import Marks, Window, judge, probation

WINDOW = Window(500, 599)


def flags(*rows: int, length: int = 1000) -> list[bool]:
    return [row in rows for row in range(length)]


@pytest.mark.parametrize(("rows", "expected"), [(1000, 150), (4032, 604), (5000, 750), (9000, 750)])
def test_probation(rows: int, expected: int) -> None:
    assert probation(rows) == expected


@pytest.mark.parametrize(
    ("rows", "score", "found", "false"),
    [
        ((), -1.0, 0, 0),
        ((500,), 1.0, 1, 0),
        ((500, 510, 599), 1.0, 1, 0),  # only the first in a window counts
        ((599,), (2 / (1 + math.exp(-0.05)) - 1) / (2 / (1 + math.exp(-5)) - 1), 1, 0),
        ((149,), -1.0, 0, 0),  # on probation
        ((150,), -1.11, 0, 1),
        ((499,), -1.11, 0, 1),
        ((600,), -1.0 + 0.11 * (2 / (1 + math.exp(5 / 99)) - 1), 0, 1),
        ((999,), -1.11, 0, 1),  # more than three widths after the window
        ((500, 200), 0.89, 1, 1),
    ],
)
def test_score(rows: tuple[int, ...], score: float, found: int, false: int) -> None:
    marks = judge(flags(*rows), [WINDOW])
    assert marks.score == pytest.approx(score)
    assert (marks.found, marks.false) == (found, false)


def test_silence_is_0_and_the_first_row_of_each_window_100() -> None:
    windows = [Window(300, 349), WINDOW]
    assert judge(flags(), windows).normalised == 0
    assert judge(flags(300, 500), windows).normalised == pytest.approx(100)


def test_marks_of_series_add_up() -> None:
    both = judge(flags(500, 200), [WINDOW]) + judge(flags(), [WINDOW])
    assert both.score == pytest.approx(0.89 - 1)
    assert both == Marks(both.score, windows=2, found=1, false=1)
    assert (both.precision, both.recall) == (0.5, 0.5)
