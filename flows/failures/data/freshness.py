"""How fresh what is known of each source is, for metrics and for people."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from expectations.suite import FRESH_BY
from flows.delays.looking import stale_after
from models.environment.loader import Environment


@dataclass(frozen=True)
class Freshness:
    """Of one source: when it was last pulled well, and of when its newest change is.

    `stale` is true where no good pull came in the time that its schedule gives it; a source that
    was never pulled is stale, one that is pulled only when asked for is not.
    """

    source: str
    system: str
    pulled_at: datetime | None
    newest_at: datetime | None
    stale: bool


def freshness(
    connection: Connection, environment: Environment, moment: datetime
) -> list[Freshness]:
    """The freshness of every source as of a moment, in order of their names."""
    last = {
        row.source: row
        for row in connection.execute(
            text("""
                SELECT s.source, p.started_at, p.facts -> 'newest' AS newest
                FROM unnest(CAST(:sources AS text[])) AS s (source) CROSS JOIN LATERAL (
                    SELECT started_at, facts FROM pulls p WHERE p.source = s.source
                        AND p.kind = 'pull' AND p.state = 'succeeded' AND p.started_at <= :moment
                    ORDER BY p.started_at DESC LIMIT 1
                ) p
            """),
            {"sources": sorted(environment.sources), "moment": moment},
        )
    }
    found = []
    for name, source in sorted(environment.sources.items()):
        row = last.get(name)
        pulled = row.started_at if row else None
        newest = (row.newest or {}) if row else {}
        column = next((c for c in FRESH_BY.get(source.dataset, ()) if c in newest), None)
        tolerated = stale_after(source, environment.settings.timezone, moment)
        late = pulled is None or (tolerated is not None and pulled < moment - tolerated)
        found.append(
            Freshness(
                source=name,
                system=source.system,
                pulled_at=pulled,
                newest_at=datetime.fromisoformat(newest[column]) if column else None,
                stale=late and source.schedule is not None,
            )
        )
    return found
