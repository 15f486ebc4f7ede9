"""Add a batch to the counts by minute and hour: sums only, so that parts may come in any order."""

from sqlalchemy import Connection, text

from flows.failures.exchanges.pairing import BUCKET, BY_MINUTE, DURATION, TOLERANCE

CODES = 20
"""Fault codes counted one by one for a series in an hour; the rest are `other`."""

COUNTS = ("requests", "failed", "silent", "paired", "paired_failed", "paired_silent", "repeated")
SUMS = (*COUNTS, "took", "size")

_DELTA = f"""
    CREATE TEMPORARY TABLE exchange_delta ON COMMIT DROP AS
    SELECT at, series, bucket, {", ".join(f"sum({name}) AS {name}" for name in SUMS)}
    FROM (
        SELECT {BY_MINUTE.format(at="at")} AS at, series, CAST({BUCKET.format(ms="ms")} AS smallint)
            AS bucket, 1 AS requests, CAST(outcome = 1 AS int) AS failed,
            CAST(outcome = 2 AS int) AS silent, 0 AS paired, 0 AS paired_failed,
            0 AS paired_silent, 0 AS repeated, ms AS took, size
        FROM (SELECT *, {DURATION.format("")} AS ms FROM exchange_fresh) fresh
        UNION ALL
        SELECT {BY_MINUTE.format(at="client_at")}, client_series, client_bucket, 0, 0, 0, sign,
            CASE client_outcome WHEN 1 THEN sign ELSE 0 END,
            CASE client_outcome WHEN 2 THEN sign ELSE 0 END, 0, 0, 0
        FROM exchange_pairs
        UNION ALL
        SELECT {BY_MINUTE.format(at="producer_at")}, producer_series, producer_bucket, 0, 0, 0,
            sign, CASE producer_outcome WHEN 1 THEN sign ELSE 0 END,
            CASE producer_outcome WHEN 2 THEN sign ELSE 0 END, 0, 0, 0
        FROM exchange_pairs
        UNION ALL
        SELECT {BY_MINUTE.format(at="at")}, series, bucket, 0, 0, 0, 0, 0, 0, sign, 0, 0
        FROM exchange_repeats
    ) part
    GROUP BY at, series, bucket
"""

_ADD = """
    INSERT INTO {table} AS known (at, series, bucket, {names})
    SELECT {at}, series, bucket, {sums} FROM exchange_delta GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (at, series, bucket) DO UPDATE SET {added}
"""

_NETWORKS = f"""
    INSERT INTO exchange_networks AS known
        (at, client_series, producer_series, pairs, there, served, back, out_of_step, ahead)
    SELECT {BY_MINUTE.format(at="producer_at")}, client_series, producer_series, sum(sign),
        sum(sign * coalesce(there, 0)), sum(sign * coalesce(served, 0)),
        sum(sign * coalesce(back, 0)), sum(CASE WHEN off THEN sign ELSE 0 END),
        sum(CASE WHEN off THEN sign * (there - back) / 2 ELSE 0 END)
    FROM (
        SELECT *, coalesce(least(there, back) < -{TOLERANCE} AND there IS NOT NULL
            AND back IS NOT NULL, false) AS off
        FROM exchange_pairs
    ) pairs
    GROUP BY 1, 2, 3
    ON CONFLICT (at, client_series, producer_series) DO UPDATE SET
        {
    ", ".join(
        f"{name} = known.{name} + excluded.{name}"
        for name in ("pairs", "there", "served", "back", "out_of_step", "ahead")
    )
}
"""

_FAULTS = """
    INSERT INTO exchange_faults AS known (at, series, code, faults)
    SELECT at, series, CASE WHEN known_code OR nth <= :codes THEN code ELSE 'other' END, sum(n)
    FROM (
        SELECT n.*, e.code IS NOT NULL AS known_code,
            row_number() OVER (
                PARTITION BY n.at, n.series ORDER BY e.code IS NULL, n.n DESC, n.code
            ) + (
                SELECT count(*) FROM exchange_faults o WHERE (o.at, o.series) = (n.at, n.series)
            ) - count(e.code) OVER (PARTITION BY n.at, n.series) AS nth
        FROM (
            SELECT date_bin('1 hour', at, '2000-01-01 00:00+00') AS at, series,
                left(fault, 100) AS code, count(*) AS n
            FROM exchange_fresh WHERE fault IS NOT NULL GROUP BY 1, 2, 3
        ) n
        LEFT JOIN exchange_faults e USING (at, series, code)
    ) counted
    GROUP BY 1, 2, 3
    ON CONFLICT (at, series, code) DO UPDATE SET faults = known.faults + excluded.faults
"""


def count(connection: Connection) -> None:
    """Add what is in the temporary tables of this transaction."""
    connection.execute(text(_DELTA))
    connection.execute(text(_added("exchange_minutes", "at")))
    hour = "date_bin('1 hour', at, '2000-01-01 00:00+00')"
    connection.execute(text(_added("exchange_hours", hour)))
    connection.execute(text(_NETWORKS))
    connection.execute(text(_FAULTS), {"codes": CODES})


def _added(table: str, at: str) -> str:
    return _ADD.format(
        table=table,
        at=at,
        names=", ".join(SUMS),
        sums=", ".join(f"sum({name})" for name in SUMS),
        added=", ".join(f"{name} = known.{name} + excluded.{name}" for name in SUMS),
    )
