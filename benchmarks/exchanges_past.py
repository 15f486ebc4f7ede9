"""A long history of exchanges, written by the database itself in the shape that reading leaves."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine, text

from benchmarks.exchanges_grown import CLIENTS, SERVICES
from flows.failures.exchanges import partitions

_SERIES = f"""
    INSERT INTO exchange_series (source, side, service, client, lead, first_at, last_at,
        last_good_at)
    SELECT 'server', side, 'DEV/ORG/1234567-8/TEST/service' || service,
        'DEV/ORG/1234567-8/CLIENT' || client, NULL, :first, :last, :last
    FROM generate_series(0, {CLIENTS - 1}) client, generate_series(0, {SERVICES - 1}) service,
        generate_series(1, 2) side
    ORDER BY client, side, service
"""
_LEAD = """
    UPDATE exchange_series s SET lead = (SELECT min(id) FROM exchange_series e
        WHERE (e.source, e.side, e.service) = (s.source, s.side, s.service))
"""
_EXCHANGES = f"""
    INSERT INTO exchanges
        (at, key, size, request, digest, series, sent, got, took, side, outcome, message)
    SELECT at + side * interval '20 ms', hashtextextended(message, 0), 4000, hashtext(message), 0,
        1 + n % {SERVICES} + {SERVICES} * (side - 1)
            + {2 * SERVICES} * (n / {SERVICES} % {CLIENTS}),
        5, 80, 90, side, 0, message
    FROM (
        SELECT n, gen_random_uuid()::text AS message,
            CAST(:begin AS timestamptz) + n * CAST(:step AS interval) AS at
        FROM generate_series(0, CAST(:count AS int) - 1) n
    ) e, generate_series(1, 2) side
"""
_COUNTS = """
    INSERT INTO {table} (at, series, {bucket} requests, failed, silent, paired, paired_failed,
        paired_silent, repeated, took, size)
    SELECT date_bin('{width}', e.at, '2000-01-01 00:00+00'), {series}, {value} count(*), 0, 0,
        count(*), 0, 0, 0, sum(e.took), sum(e.size)
    FROM exchanges e JOIN exchange_series s ON s.id = e.series
    WHERE e.at >= :begin AND e.at < :end GROUP BY 1, 2
"""
_NETWORKS = """
    INSERT INTO exchange_networks
    SELECT date_bin('1 hour', e.at, '2000-01-01 00:00+00'), e.series, c.id, count(*),
        15 * count(*), 75 * count(*), 5 * count(*), 0, 0
    FROM exchanges e JOIN exchange_series s ON s.id = e.series
    JOIN exchange_series c ON (c.service, c.client, c.side) = (s.service, s.client, 2)
    WHERE e.side = 1 AND e.at >= :begin AND e.at < :end GROUP BY 1, 2, 3
"""
_STANDING = """
    INSERT INTO exchange_sources (source, system, looked_until, tried_at, read, stored)
    VALUES ('server', 'office', :last, :last, :size, :size)
"""


def grow(engine: Engine, size: int, last: datetime, a_day: int) -> None:
    """`size` records up to `last`, so many a day."""
    days = -(-size // a_day)
    first = last - timedelta(days=days)
    with engine.begin() as connection:
        moments = {"first": first, "last": last}
        connection.execute(text(_SERIES), moments)
        connection.execute(text(_LEAD))
        connection.execute(text(_STANDING), {"last": last, "size": size})
        midnights = {(first + timedelta(days=n)).astimezone(UTC).date() for n in range(days + 1)}
        partitions.make(connection, midnights)
    for nth in range(days):
        begin = first + timedelta(days=nth)
        count = min(a_day, size - nth * a_day) // 2
        with engine.begin() as connection:
            _day(connection, begin, count)
    with engine.connect() as plain:
        connection = plain.execution_options(isolation_level="AUTOCOMMIT")
        for table in ("exchanges", "exchange_slices", "exchange_hours", "exchange_days"):
            connection.execute(text(f"VACUUM ANALYZE {table}"))
        connection.execute(text("CHECKPOINT"))


def _day(connection: Connection, begin: datetime, count: int) -> None:
    step = (timedelta(days=1) - timedelta(seconds=1)) / max(count, 1)
    connection.execute(text(_EXCHANGES), {"begin": begin, "step": step, "count": count})
    bounds = {"begin": begin, "end": begin + timedelta(days=1)}
    for table, width, by in (
        ("exchange_slices", "5 minutes", True),
        ("exchange_hours", "1 hour", True),
        ("exchange_days", "1 day", False),
    ):
        counts = _COUNTS.format(
            table=table,
            width=width,
            bucket="bucket," if by else "",
            series="s.lead" if by else "s.id",
            value="26," if by else "",
        )
        connection.execute(text(counts + _AGAIN.format(by=", bucket" if by else "")), bounds)
    connection.execute(text(_NETWORKS + _MORE), bounds)


_AGAIN = """
    ON CONFLICT (at, series{by}) DO UPDATE SET requests = excluded.requests
"""
_MORE = """
    ON CONFLICT (at, client_series, producer_series) DO UPDATE SET pairs = excluded.pairs
"""
