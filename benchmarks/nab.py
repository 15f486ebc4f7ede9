"""The scorer of the Numenta Anomaly Benchmark, written from its published formula.

Lavin and Ahmad, "Evaluating Real-time Anomaly Detection Algorithms", 2015, standard profile: a
window's first detection earns up to 1, more the earlier it comes; a window without any costs 1; a
detection outside costs up to 0.11, less where it comes shortly after a window.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

TRUE_POSITIVE, FALSE_POSITIVE, FALSE_NEGATIVE = 1.0, 0.11, 1.0
PROBATION_SHARE, PROBATION_MOST = 0.15, 750


@dataclass(frozen=True)
class Window:
    """The rows, first and last included, in which a detection is right."""

    first: int
    last: int

    @property
    def width(self) -> int:
        """Rows inside."""
        return self.last - self.first + 1


@dataclass(frozen=True)
class Marks:
    """How the flags of one series, or of several together, were judged."""

    score: float = 0.0
    windows: int = 0
    found: int = 0
    false: int = 0

    def __add__(self, other: "Marks") -> "Marks":
        return Marks(
            self.score + other.score,
            self.windows + other.windows,
            self.found + other.found,
            self.false + other.false,
        )

    @property
    def normalised(self) -> float:
        """100 is a detector that flags each window's first row and nothing else, 0 is silence."""
        null = -FALSE_NEGATIVE * self.windows
        perfect = TRUE_POSITIVE * self.windows
        return 100 * (self.score - null) / (perfect - null)

    @property
    def recall(self) -> float:
        """The share of windows with a detection."""
        return self.found / self.windows if self.windows else 0.0

    @property
    def precision(self) -> float:
        """Found windows among all that was claimed; each flag outside a window counts alone."""
        claimed = self.found + self.false
        return self.found / claimed if claimed else 0.0


def probation(rows: int) -> int:
    """How many rows at the start are not judged."""
    return math.floor(min(PROBATION_SHARE * rows, PROBATION_MOST))


def judge(flags: Sequence[bool], windows: Sequence[Window]) -> Marks:
    """The marks of one series. Windows are in order of rows and do not overlap."""
    best = dict.fromkeys(windows, -FALSE_NEGATIVE)
    found: set[Window] = set()
    false, cost = 0, 0.0
    for row in range(probation(len(flags)), len(flags)):
        if not flags[row]:
            continue
        inside = next((w for w in windows if w.first <= row <= w.last), None)
        if inside is None:
            false += 1
            cost += FALSE_POSITIVE * _outside(row, windows)
        else:
            found.add(inside)
            best[inside] = max(best[inside], TRUE_POSITIVE * _inside(row, inside))
    return Marks(sum(best.values()) + cost, len(windows), len(found), false)


def _inside(row: int, window: Window) -> float:
    position = -(window.last - row + 1) / window.width
    return _sigmoid(position) / _sigmoid(-1.0)


def _outside(row: int, windows: Sequence[Window]) -> float:
    before = [window for window in windows if window.last < row]
    if not before:
        return -1.0
    return _sigmoid((row - before[-1].last) / max(before[-1].width - 1, 1))


def _sigmoid(position: float) -> float:
    return -1.0 if position > 3.0 else 2 / (1 + math.exp(5 * position)) - 1
