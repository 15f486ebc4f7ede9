"""Looks with the same outcome on end: the one rule of when a failure began and is certain."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Streak:
    """So many looks on end had this outcome; the first of them was at `since`."""

    outcome: str
    since: datetime
    looks: int

    @property
    def good(self) -> bool:
        """Whether nothing was wrong in them."""
        return self.outcome == "good"


def after(before: Streak | None, outcome: str, at: datetime, confirm: int, missed: bool) -> Streak:
    """The streak that a look belongs to.

    `missed`: nobody looked for a while before it. A good streak, and a bad one that was not yet
    confirmed, are not carried across such a gap; a failure that was certain is.
    """
    if before is None or before.outcome != outcome:
        return Streak(outcome, at, 1)
    if missed and (before.good or before.looks < confirm):
        return Streak(outcome, at, 1)
    return Streak(outcome, before.since, before.looks + 1)
