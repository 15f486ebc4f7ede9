"""Verify the audit trail, and the history of composite applications that is tied to it."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from flows.composite_services.history import broken
from models import trail

ACTION = "audit.verified"
MOST_TOLD = 20
"""Sentences that the entry of a verification names."""


@dataclass(frozen=True)
class Verification:
    """What was found: of the trail itself, and of the history, in sentences."""

    verdict: trail.Verdict
    history: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is changed, missing or moved."""
        return self.verdict.ok and not self.history

    @property
    def problems(self) -> tuple[str, ...]:
        """All that is wrong, in sentences."""
        return (*(each.sentence for each in self.verdict.problems), *self.history)

    @property
    def sentence(self) -> str:
        """The outcome for a person."""
        if self.ok:
            return f"{self.verdict.count:,} entries, none changed, missing or moved"
        return f"{self.verdict.count:,} entries, {len(self.problems):,} problem(s)"


def verify(connection: Connection, told: Callable[[int, int], None] | None = None) -> Verification:
    """Read all of both; `told` hears how many entries of the trail were read, and of how many."""
    return Verification(trail.verify(connection, told), tuple(broken(connection)))


def keep(connection: Connection, found: Verification, actor: str) -> None:
    """Write the outcome to the trail itself: who asked, and what was found up to which entry."""
    trail.record(
        connection,
        actor=actor,
        action=ACTION,
        subject="audit",
        details={
            "ok": found.ok,
            "count": found.verdict.count,
            "head": found.verdict.head,
            "problems": len(found.problems),
            "first_of_them": list(found.problems[:MOST_TOLD]),
        },
    )
