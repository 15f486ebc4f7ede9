"""Pulls as the data side reads them: those that are new since the last round."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, text

MEMORY = timedelta(days=60)
"""How far back pulls are read where nothing is known of a source yet."""

OURS = frozenset({"interrupted", "misconfigured", "not_judged", "busy"})
"""Reasons of a pull that say nothing about the system."""


@dataclass(frozen=True)
class Seen:
    """One pull that has ended, with its facts; `window` is whether it asked from a cursor on.

    `news` are rows that were new, changed or newly held; `seconds` is how long reading took.
    """

    id: int
    source: str
    at: datetime
    good: bool
    reason: str
    sentence: str
    pages: int
    news: int
    held: int
    window: bool
    facts: dict[str, Any]

    @property
    def of_the_system(self) -> bool:
        """Whether it tells something about the system, and not about ourselves."""
        return self.reason not in OURS

    @property
    def stopped_by(self) -> list[str]:
        """The codes of the critical rules that stopped the batch."""
        return list(self.facts.get("stopped_by", ()))

    @property
    def seconds(self) -> float | None:
        """Seconds for a page; None where it is not known."""
        took = self.facts.get("seconds")
        return float(took) / self.pages if took is not None and self.pages else None


def new_pulls(connection: Connection, sources: Collection[str], moment: datetime) -> Iterator[Seen]:
    """The pulls up to a moment that habits were not yet learnt from, the oldest first."""
    rows = connection.execute(
        text("""
            SELECT p.* FROM unnest(CAST(:sources AS text[])) AS s (source)
            LEFT JOIN source_habits h USING (source)
            CROSS JOIN LATERAL (
                SELECT * FROM pulls p WHERE p.source = s.source AND p.kind = 'pull'
                    AND p.state <> 'running' AND p.started_at <= :moment
                    AND p.started_at >= coalesce(h.looked_until, CAST(:since AS timestamptz))
                    AND p.id > coalesce(h.last_pull_id, 0)
            ) p ORDER BY p.source, p.started_at, p.id
        """),
        {"sources": sorted(sources), "moment": moment, "since": moment - MEMORY},
    )
    return (_seen(row) for row in rows)


def all_pulls(connection: Connection, source: str, moment: datetime) -> Iterator[Seen]:
    """The pulls of a source up to a moment of the past, as far back as habits reach."""
    rows = connection.execute(
        text("""
            SELECT * FROM pulls WHERE source = :source AND kind = 'pull' AND state <> 'running'
                AND started_at BETWEEN :since AND :moment ORDER BY started_at, id
        """),
        {"source": source, "moment": moment, "since": moment - MEMORY},
    )
    return (_seen(row) for row in rows)


def _seen(row: Row[Any]) -> Seen:
    held = int(row.facts.get("held", 0))
    return Seen(
        id=row.id,
        source=row.source,
        at=row.started_at,
        good=row.state == "succeeded",
        reason=row.reason or "",
        sentence=row.sentence or "",
        pages=row.pages,
        news=row.inserted + row.updated + held,
        held=held,
        window=row.window_since is not None,
        facts=row.facts,
    )
