"""How many rows come in an hour, or in a day, against the same hours of days of the same kind."""

from datetime import date, datetime, timedelta
from statistics import median
from typing import Literal

from pydantic import BaseModel, Field

from flows.failures.data.usual import Usual, counts_away
from flows.failures.data.working_time import WorkingTime

AWAY = 6.0
"""Standard deviations that are unusual; twice as many need no second look."""

TIMES = 3.0
"""And so many times more, or fewer, than usual."""

LEAST = 30
"""Rows by which it has to differ."""

WEEKS = 3
"""Where the same weekday is known so often, it has to be unusual for it, too."""

LONGEST = {"hour": timedelta(minutes=90), "day": timedelta(hours=26)}
"""A pull that brings the rows of a longer time tells nothing about single hours, or days."""


class Odd(BaseModel):
    """An hour or a day with an unusual number of rows."""

    at: datetime
    part: str
    rows: int
    usual: int
    days: int
    away: float
    on_end: int = 1


class Volume(BaseModel):
    """The rows of each hour, or each day; `odd` is set while the last one was unusual."""

    part: Literal["hour", "day"]
    begins: datetime | None = None
    rows: float = 0.0
    whole: bool = False
    usual: dict[str, Usual] = Field(default_factory=dict)
    odd: Odd | None = None

    def see(
        self, since: datetime | None, at: datetime, rows: int, sound: bool, time: WorkingTime
    ) -> None:
        """Take the rows that came with a pull, for the time since the one before.

        Not `sound` is a pull that brings what had been held up: its hours are not judged.
        """
        if since is None or not sound or at - since > LONGEST[self.part]:
            self.begins, self.rows, self.whole = self._floor(at, time), 0.0, False
            return
        begins = self.begins or self._floor(since, time)
        each = rows / max((at - since).total_seconds(), 1.0)
        while (end := self._next(begins, time)) <= at:
            self.rows += each * max(0.0, (end - max(since, begins)).total_seconds())
            if self.whole:
                self._close(begins, time)
            begins, self.rows, self.whole = end, 0.0, True
        self.rows += each * (at - max(since, begins)).total_seconds()
        self.begins = begins

    def _floor(self, moment: datetime, time: WorkingTime) -> datetime:
        local = moment.astimezone(time.zone).replace(minute=0, second=0, microsecond=0)
        return local.replace(hour=0) if self.part == "day" else local

    def _next(self, begins: datetime, time: WorkingTime) -> datetime:
        if self.part == "hour":
            return begins + timedelta(hours=1)
        noon = begins.astimezone(time.zone) + timedelta(hours=36)  # whatever clocks do at night
        return noon.replace(hour=0, minute=0, second=0, microsecond=0)

    def _close(self, begins: datetime, time: WorkingTime) -> None:
        """Judge a whole hour or day, and learn from it."""
        local = begins.astimezone(time.zone)
        day, working = local.date(), time.works(local.date())
        key = f"{'working' if working else 'free'} {local.hour if self.part == 'hour' else 'day'}"
        usual = self.usual.setdefault(key, Usual())
        away = self._away(day, usual)
        if away is None:
            self.odd = None
        else:
            on_end = self.odd.on_end + 1 if self.odd else 1
            values = usual.values
            self.odd = Odd(
                at=begins, part=self._words(local, working), rows=round(self.rows),
                usual=round(median(values)), days=len(values), away=away, on_end=on_end,
            )  # fmt: skip
        usual.add(day, self.rows, away is not None)

    def _words(self, local: datetime, working: bool) -> str:
        kind = "working day" if working else "free day"
        if self.part == "day":
            return f"on {local:%Y-%m-%d}, a {kind}"
        return f"from {local:%Y-%m-%d %H}:00 to {(local.hour + 1) % 24:02}:00, on a {kind}"

    def _away(self, day: date, usual: Usual) -> float | None:
        """How far the rows are from what is usual; None where that is not unusual."""
        if not usual.known:
            return None
        away = counts_away(self.rows, usual.values)
        weekday = usual.on_weekday(day)
        compared = [usual.values] + ([weekday] if len(weekday) >= WEEKS else [])
        return away if all(_unlike(self.rows, values) for values in compared) else None


def _unlike(rows: float, values: list[float]) -> bool:
    middle = median(values)
    if abs(rows - middle) < LEAST or abs(counts_away(rows, values)) < AWAY:
        return False
    return rows > TIMES * middle or rows < middle / TIMES
