"""Applications by the million, made in the database: the same ones for the same count."""

from sqlalchemy import Connection, text

from benchmarks.country import CHANNELS, SERVICES

FIRST = "2022-01-01 00:00+05"

SPAN = 125_000_000
"""Seconds over which they are received: nearly four years."""

STRAY = 86_400
"""Seconds by which receipts stray from the order of their numbers: they come in day by day."""

# Multiplying by a prime and taking the rest scatters without chance: every run has the same rows.
_FILL = f"""
    INSERT INTO applications (system, number, service, channel, region, office, organisation,
        applicant, received_at, completed_at, changed_at, source, pull_id)
    SELECT 'office', 'SC-' || lpad(n::text, 9, '0'), lpad((n * 7919 % {SERVICES})::text, 8, '0'),
        (CAST(:channels AS text[]))[1 + n * 31 % {len(CHANNELS)}], 'KZ-' || n % 20,
        'O-' || n % 328, 'body-' || n % 57, lpad((n * 104729 % 999999999989)::text, 12, '0'),
        t.received_at, CASE WHEN n % 1009 % 10 < :closed_tenths
            THEN t.received_at + (n * 15485863 % 1500000) * interval '1 second' END,
        t.received_at, 'office.applications', 1
    FROM generate_series(CAST(1 AS bigint), :count) n CROSS JOIN LATERAL (
        SELECT timestamptz '{FIRST}' + interval '1 second' * (
            n * 179424673 % {STRAY} + n * {SPAN} / :count) AS received_at
    ) t
"""


def fill(connection: Connection, count: int, closed_tenths: int = 7) -> None:
    """Insert `count` applications, so many tenths of them completed, and nothing derived."""
    connection.execute(
        text(_FILL),
        {"count": count, "channels": list(CHANNELS), "closed_tenths": closed_tenths},
    )


def settle(connection: Connection, *tables: str) -> None:
    """What autovacuum would do soon after; the connection is in autocommit."""
    for table in tables:
        connection.execute(text(f"VACUUM ANALYZE {table}"))
