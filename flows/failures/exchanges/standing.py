"""How the recorders of exchanges stand: what was read, held back, never paired, and is nobody's."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

GRACE = timedelta(minutes=15)
"""The other side of an exchange may come so much later: it is recorded by another server."""

BACK = timedelta(days=1)
"""Orphans are counted so far back."""


@dataclass(frozen=True)
class Recorder:
    """A source of exchanges; counts are of all that was ever read."""

    source: str
    system: str
    looked_until: datetime | None
    failed_reads: int
    problem: str | None
    read: int
    stored: int
    quarantined: int


@dataclass(frozen=True)
class Strange:
    """A service that belongs to no system of the environment: nothing is concluded of it."""

    service: str
    source: str
    last_at: datetime
    requests: int


@dataclass(frozen=True)
class Orphans:
    """Exchanges of the last day of which one side alone was recorded; `side` is the one known."""

    source: str
    side: str
    orphans: int
    exchanges: int


@dataclass(frozen=True)
class Held:
    """Records held back, by the rule that they broke."""

    source: str
    code: str
    records: int


@dataclass(frozen=True)
class Standing:
    """All of it."""

    recorders: list[Recorder]
    strange: list[Strange]
    orphans: list[Orphans]
    held: list[Held]

    @property
    def needs_somebody(self) -> bool:
        """Whether a person has to do something."""
        return bool(self.strange) or any(each.failed_reads for each in self.recorders)


_RECORDERS = """
    SELECT source, system, looked_until, failed_reads,
        CASE WHEN failed_reads > 0 THEN sentence END AS problem, read, stored, quarantined
    FROM exchange_sources ORDER BY source
"""

_STRANGE = """
    SELECT s.service, s.source, max(s.last_at) AS last_at,
        CAST(coalesce(sum(d.requests), 0) AS bigint) AS requests
    FROM exchange_series s LEFT JOIN exchange_days d ON d.series = s.id
    WHERE s.system IS NULL GROUP BY 1, 2 ORDER BY 4 DESC, 1
"""

_ORPHANS = """
    SELECT s.source, CASE s.side WHEN 1 THEN 'client' ELSE 'producer' END AS side,
        CAST(sum(c.requests - c.paired) AS bigint) AS orphans,
        CAST(sum(c.requests) AS bigint) AS exchanges
    FROM exchange_slices c JOIN exchange_series s ON s.id = c.series
    WHERE c.at > :since AND c.at + interval '5 minutes' <= :until
        AND EXISTS (SELECT FROM exchange_series o WHERE o.source = s.source AND o.side = 2)
    GROUP BY 1, s.side HAVING sum(c.requests - c.paired) > 0 ORDER BY 1, 2
"""

_HELD = """
    SELECT source, code, count(*) AS records FROM exchange_quarantine
    GROUP BY 1, 2 ORDER BY 1, 2
"""


def standing(connection: Connection, moment: datetime) -> Standing:
    """How all recorders stand as of a moment.

    Orphans are counted only after a time of grace, and only for recorders that write down both
    sides: a gateway's log has no other side.
    """
    window = {"since": moment - BACK, "until": moment - GRACE}
    orphans = connection.execute(text(_ORPHANS), window).mappings()
    return Standing(
        [Recorder(**row) for row in connection.execute(text(_RECORDERS)).mappings()],
        [Strange(**row) for row in connection.execute(text(_STRANGE)).mappings()],
        [Orphans(**row) for row in orphans],
        [Held(**row) for row in connection.execute(text(_HELD)).mappings()],
    )
