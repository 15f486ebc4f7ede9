"""What a verdict rests on: exchanges by their message id, or the counts of five minutes."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, text

from flows.failures.verdict import Evidence
from models.exchanges import FAILED, SILENT

MOST = 5

_EXCHANGES = """
    SELECT e.at, e.message, e.fault, e.took, s.client
    FROM exchange_series s
    CROSS JOIN LATERAL (
        SELECT at, message, fault, took FROM exchanges
        WHERE series = s.id AND outcome = :outcome AND outcome <> 0
            AND at > :since AND at <= :until
        ORDER BY at DESC LIMIT :most
    ) e
    WHERE s.lead = ANY(:leads) ORDER BY e.at DESC LIMIT :most
"""

_REPEATED = """
    SELECT e.message, min(e.at) AS first, max(e.at) AS at, count(*) AS times
    FROM exchange_series s JOIN exchanges e ON e.series = s.id
    WHERE s.lead = ANY(:leads) AND e.at > :since AND e.at <= :until
    GROUP BY s.side, e.message HAVING count(*) > 1 ORDER BY at DESC LIMIT :most
"""

_SLICES = """
    SELECT at, sum(requests) AS requests, sum(failed) AS failed, sum(silent) AS silent,
        sum(took) / greatest(sum(requests), 1) AS mean
    FROM exchange_slices WHERE series = ANY(:leads) AND at > :since AND at <= :until
    GROUP BY at ORDER BY at DESC LIMIT :most
"""

_WORDS = {FAILED: "failed", SILENT: "is called a success and carries a fault"}


def exchanges(
    connection: Connection, leads: Sequence[int], outcome: int, since: datetime, until: datetime
) -> list[Evidence]:
    """The last exchanges of an outcome."""
    values = {**_values(leads, since, until), "outcome": outcome, "most": 2 * MOST}
    rows = connection.execute(text(_EXCHANGES), values).all()
    by_message = {row.message: row for row in reversed(rows)}  # two sides are one exchange
    return [
        Evidence(
            row.at,
            "exchanges",
            row.message,
            f"{row.client} asked, and it {_WORDS[outcome]}: {row.fault or 'no code'}",
            {"fault": row.fault, "took_ms": row.took},
        )
        for row in list(reversed(by_message.values()))[:MOST]
    ]


def repeated(
    connection: Connection, leads: Sequence[int], since: datetime, until: datetime
) -> list[Evidence]:
    """The last message ids that came more than once."""
    return [
        Evidence(
            row.at,
            "exchanges",
            row.message,
            f"the same message id came {row.times} times since {row.first:%Y-%m-%d %H:%M:%S %Z}",
            {"times": row.times},
        )
        for row in connection.execute(text(_REPEATED), _values(leads, since, until))
    ]


def slices(
    connection: Connection, leads: Sequence[int], since: datetime, until: datetime
) -> list[Evidence]:
    """The counts of the last stretches of five minutes."""
    return [
        Evidence(
            row.at,
            "exchange_slices",
            f"{row.at:%Y-%m-%d %H:%M %Z}",
            f"{row.requests} records in five minutes, {row.failed} of them failed;"
            f" {row.mean:.0f} ms on average",
            {"requests": int(row.requests), "failed": int(row.failed), "mean_ms": float(row.mean)},
        )
        for row in connection.execute(text(_SLICES), _values(leads, since, until))
    ]


def _values(leads: Sequence[int], since: datetime, until: datetime) -> dict[str, object]:
    return {"leads": list(leads), "since": since, "until": until, "most": MOST}
