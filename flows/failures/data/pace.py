"""How long a page takes, against the objective and against what is usual."""

from statistics import median

from pydantic import BaseModel, Field

KEPT, NEEDED = 200, 50
"""Pulls that are remembered, and needed before any is unlike the others."""

TIMES_MIDDLE, TIMES_MOST, LEAST = 5.0, 2.0, 1.0
"""Slower than so many times the middle, than so many times the 99th of 100, and than so many
seconds, is unlike the others."""


class Pace(BaseModel):
    """Seconds for a page in the last pulls that were as usual; `slow` those on end that were not.

    `because` is what the last one was compared with, in words.
    """

    seconds: list[float] = Field(default_factory=list)
    slow: int = 0
    last: float = 0.0
    because: str = ""

    def see(self, seconds: float, objective: float | None) -> None:
        """Take the seconds of a pull."""
        self.last, self.because = seconds, self._because(seconds, objective)
        if self.because:
            self.slow += 1
            return
        self.slow = 0
        self.seconds = [*self.seconds, round(seconds, 3)][-KEPT:]

    def _because(self, seconds: float, objective: float | None) -> str:
        if objective is not None and seconds > objective:
            return f"the objective is {objective:g} s"
        if len(self.seconds) < NEEDED:
            return ""
        middle, ordered = median(self.seconds), sorted(self.seconds)
        most = ordered[int(0.99 * len(ordered))]
        if seconds > max(TIMES_MIDDLE * middle, TIMES_MOST * most, LEAST):
            return f"usual are {middle:.2g} s (of {len(ordered)} pulls)"
        return ""
