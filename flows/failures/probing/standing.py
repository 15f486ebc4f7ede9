"""How a target stands after a look: what judging needs, without its history."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

from flows.failures.probing.look import Look
from flows.failures.streak import Streak, after

CHANGES = 20
"""Changes of outcome that are remembered."""


@dataclass(frozen=True)
class Rules:
    """By what a target is judged.

    So many bad looks on end are certain; `gap_before`: who was last looked at before this moment
    was not looked at for a while; `limit_ms`: the objective for answers, where there is one.
    """

    confirm: int
    gap_before: datetime
    limit_ms: float | None = None

    @property
    def window(self) -> int:
        """Answer times that are kept: their median is slow after `confirm` + 1 slow ones."""
        return 2 * self.confirm + 1


@dataclass(frozen=True)
class Standing:
    """The columns of `models.probing.ProbeTarget`, which says what they mean."""

    system: str
    probe: str
    tried_at: datetime
    looked_at: datetime | None = None
    outcome: str | None = None
    reason: str = ""
    sentence: str = ""
    took_ms: float | None = None
    ends_at: datetime | None = None
    since: datetime | None = None
    looks: int = 0
    good_at: datetime | None = None
    changes: tuple[datetime, ...] = ()
    recent_ms: tuple[float, ...] = ()
    slow_since: datetime | None = None
    missed: int = 0
    missed_since: datetime | None = None
    missed_reason: str = ""
    missed_sentence: str = ""

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """What the table has."""
        values = {**row, "changes": tuple(row["changes"]), "recent_ms": tuple(row["recent_ms"])}
        return cls(**values)

    @property
    def streak(self) -> Streak | None:
        """The looks with the last outcome."""
        if self.outcome is None or self.since is None:
            return None
        return Streak(self.outcome, self.since, self.looks)

    def after(self, look: Look, at: datetime, rules: Rules) -> "Standing":
        """How it stands after this look, which was at `at`."""
        if look.outcome == "not_looked":
            return self._missed(look, at)
        gap = self.looked_at is None or self.looked_at < rules.gap_before
        streak = after(self.streak, look.outcome, at, rules.confirm, gap)
        changed = self.outcome not in (None, look.outcome)
        stands = replace(
            self,
            tried_at=at,
            looked_at=at,
            outcome=look.outcome,
            reason=look.reason,
            sentence=look.sentence,
            took_ms=look.took * 1000,
            ends_at=look.ends_at,
            since=streak.since,
            looks=streak.looks,
            good_at=at if look.outcome == "good" else self.good_at,
            changes=(*self.changes, at)[-CHANGES:] if changed else self.changes,
            missed=0,
            missed_since=None,
            missed_reason="",
            missed_sentence="",
        )
        return stands._timed(look, at, rules, () if gap else self.recent_ms)

    def _missed(self, look: Look, at: datetime) -> "Standing":
        return replace(
            self,
            tried_at=at,
            missed=self.missed + 1,
            missed_since=self.missed_since or at,
            missed_reason=look.reason,
            missed_sentence=look.sentence,
        )

    def _timed(
        self, look: Look, at: datetime, rules: Rules, before: tuple[float, ...]
    ) -> "Standing":
        """With the answer time; a failure has none."""
        if look.outcome != "good":
            return replace(self, recent_ms=before)
        recent = (*before, look.took * 1000)[-rules.window :]
        if not slow(recent, rules):
            return replace(self, recent_ms=recent, slow_since=None)
        return replace(self, recent_ms=recent, slow_since=self.slow_since or at)


def slow(recent_ms: tuple[float, ...], rules: Rules) -> int:
    """How many of the answers are slower than the objective."""
    if rules.limit_ms is None:
        return 0
    return sum(1 for each in recent_ms if each > rules.limit_ms)
