"""What is ahead, by body and service, and which applications are the likeliest to be late."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from flows.delays.forecast.read import BODY_SQL

_OPEN = f"""
    SELECT f.*, a.service, a.region, a.received_at, g.body
    FROM forecasts f JOIN applications a ON a.system = f.system AND a.number = f.number
    LEFT JOIN services s ON s.code = a.service
    CROSS JOIN LATERAL (SELECT {BODY_SQL} AS body) g
    WHERE f.outcome IS NULL
      AND (CAST(:service AS text) IS NULL OR a.service = :service)
      AND (CAST(:body AS text) IS NULL OR g.body = :body)
      AND (CAST(:region AS text) IS NULL OR a.region = :region)
"""
_BY_SERVICE = f"""
    SELECT body, service, count(*) AS open, count(chance) AS forecast,
        round(coalesce(sum(chance), 0)::numeric, 1)::float8 AS expected,
        count(*) FILTER (WHERE reason = 'too_few_cases') AS too_few,
        count(*) FILTER (WHERE reason = 'clock_stopped') AS stopped,
        count(*) FILTER (WHERE reason = 'not_scored_yet') AS not_scored,
        min(due_at) AS next_due, min(as_of) AS oldest
    FROM ({_OPEN}) o GROUP BY body, service ORDER BY expected DESC, body, service
"""
_LIKELIEST = f"""
    SELECT system, number, service, region, chance, decided, late, grouping, due_at, as_of
    FROM ({_OPEN}) o WHERE chance IS NOT NULL
    ORDER BY chance DESC, due_at, system, number LIMIT :limit
"""


@dataclass(frozen=True)
class Ahead:
    """The open applications of a body's service: `expected` of those with a forecast to be late.

    The others have none: too few cases to tell, a clock that stands still, not scored yet.
    `oldest` is the moment as of which the oldest of the forecasts holds.
    """

    body: str
    service: str
    open: int
    forecast: int
    expected: float
    too_few: int
    stopped: int
    not_scored: int
    next_due: datetime | None
    oldest: datetime | None


@dataclass(frozen=True)
class Likely:
    """One application; of `decided` such cases, open at this point of their term, `late` were."""

    system: str
    number: str
    service: str
    region: str | None
    chance: float
    decided: int
    late: int
    grouping: str
    due_at: datetime
    as_of: datetime


def ahead(
    connection: Connection,
    service: str | None = None,
    body: str | None = None,
    region: str | None = None,
) -> list[Ahead]:
    """Every body's service with open applications, the most expected to be late first."""
    values = {"service": service, "body": body, "region": region}
    rows = connection.execute(text(_BY_SERVICE), values)
    return [Ahead(**row._mapping) for row in rows]


def likeliest(
    connection: Connection,
    limit: int,
    service: str | None = None,
    body: str | None = None,
    region: str | None = None,
) -> list[Likely]:
    """So many open applications, the likeliest to be late first."""
    values = {"service": service, "body": body, "region": region, "limit": limit}
    return [Likely(**row._mapping) for row in connection.execute(text(_LIKELIEST), values)]
