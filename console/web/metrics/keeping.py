"""Answers that are kept for a while: the longer a query took, the longer."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

Rows = Sequence[Any]
SHARE = 100
"""A query is asked again after so many times what it took: it costs one hundredth of the time."""


@dataclass
class _Kept:
    rows: Rows
    at: float
    took: float


class Keeper:
    """The last answer of each question, with its age in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[str, _Kept] = {}

    def answer(self, name: str, ask: Callable[[], Rows]) -> Rows:
        """The kept answer while it is young enough for what it cost, else a new one."""
        kept = self._kept.get(name)
        started = self._clock()
        if kept is None or started - kept.at >= SHARE * kept.took:
            rows = ask()
            now = self._clock()
            kept = self._kept[name] = _Kept(rows, now, now - started)
        return kept.rows

    def ages(self) -> dict[str, float]:
        """How old each kept answer is."""
        now = self._clock()
        return {name: now - kept.at for name, kept in self._kept.items()}
