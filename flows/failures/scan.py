"""Which values of a metric are unusual, each judged by what came before it and by nothing else.

Five signs are watched: the value, its step from the one before, the mean and the unrest of the
last few, and how long the value has not moved. Each is measured in robust spreads of a long
history, so that no unit and no setting matters. A sign tells something where it goes beyond its
own record by a margin; a record fades with its age. A metric that often has spikes has high
records, so its spikes stop being news.
"""

import math
from collections import deque
from typing import NamedTuple

from flows.failures.history import History

LONG, SHORT = 500, 10
"""Rows of the long history, and of the short one whose mean and unrest are watched."""

SIGNS = 5
"""How many are watched."""

FIRST_RECORDS = 50
"""Rows before the first deviation is measured."""

FIRST_JUDGED = 100
"""Rows that only make the first records; their score is 0."""

FADES_IN = 5000
"""Rows in which a record loses half of its height."""

LEAST = 3.0
"""Spreads (or rows without a move) that are news at all, as in a three-sigma rule."""

MARGIN = 1.2
"""A sign this many times as high as its record has the score 0.5."""

THRESHOLD = 0.5
"""A row is flagged from this score on."""

ONE_FINDING = 100
"""Rows after a flag that belong to the same finding: their score is halved, none is flagged."""

SMALLEST = 1e-3
"""A spread counts as at least this share of the usual value: less is a matter of rounding."""


class Judgement(NamedTuple):
    """How unusual one row is, 0 to 1, and whether a person should look."""

    score: float
    flag: bool


class Scanner:
    """Judges a metric row by row, in memory and time that do not grow with it."""

    def __init__(self) -> None:
        self._values, self._steps = History(LONG), History(LONG)
        self._means, self._unrests = History(LONG), History(LONG)
        self._short: deque[float] = deque(maxlen=SHORT)
        self._unmoved = 0
        self._records = [0.0] * SIGNS
        self._rows = 0
        self._since_flag = ONE_FINDING

    def step(self, value: float) -> Judgement:
        """Judge the next value, which is finite and at most 1e100 in size."""
        move = value - self._short[-1] if self._short else 0.0
        self._unmoved = self._unmoved + 1 if self._short and move == 0 else 0
        self._short.append(value)
        mean = math.fsum(self._short) / len(self._short)
        unrest = math.sqrt(math.fsum((each - mean) ** 2 for each in self._short) / len(self._short))
        excess = self._excess(self._signs(value, move, mean, unrest))
        self._values.add(value)
        self._steps.add(move)
        self._means.add(mean)
        self._unrests.add(unrest)
        self._rows += 1
        return self._judgement(excess)

    def _signs(self, value: float, move: float, mean: float, unrest: float) -> tuple[float, ...]:
        """The signs; nothing where too little is known."""
        if len(self._values) <= FIRST_RECORDS:
            return (0.0,) * SIGNS
        least = SMALLEST * abs(self._values.quantile(0.5)) or math.ulp(1.0)
        return (
            _away(value, self._values, least),
            _away(move, self._steps, least),
            _away(mean, self._means, least),
            max(unrest, least) / max(self._unrests.quantile(0.5), least),
            float(self._unmoved),
        )

    def _excess(self, signs: tuple[float, ...]) -> float:
        """The highest sign in terms of its record; the records are brought up to now."""
        highest = 0.0
        for place, sign in enumerate(signs):
            record = self._records[place] * 0.5 ** (1 / FADES_IN)
            if sign > LEAST:
                highest = max(highest, sign / max(record, LEAST))
            self._records[place] = max(record, sign)
        return highest if self._rows > FIRST_JUDGED else 0.0

    def _judgement(self, excess: float) -> Judgement:
        score = 1.0 - 1.0 / (1.0 + (excess / MARGIN) ** 2)
        self._since_flag += 1
        if self._since_flag <= ONE_FINDING:
            return Judgement(score / 2, flag=False)
        flag = score >= THRESHOLD
        if flag:
            self._since_flag = 0
        return Judgement(score, flag)


def _away(value: float, history: History, least: float) -> float:
    """How many spreads the value lies from the middle of its history."""
    return abs(value - history.quantile(0.5)) / max(history.spread(), least)
