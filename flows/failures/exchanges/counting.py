"""Add a batch to the counts by five minutes, hour and day.

There are only sums, so parts may come in any order.
"""

from sqlalchemy import Connection, text

from flows.failures.exchanges.pairing import BUCKET, BY_DAY, BY_HOUR, BY_SLICE, DURATION, TOLERANCE

CODES = 20
"""Fault codes counted one by one for a series in an hour; the rest are `other`."""

COUNTS = ("requests", "failed", "silent", "paired", "paired_failed", "paired_silent", "repeated")
SUMS = (*COUNTS, "took", "size")

_DELTA = f"""
    CREATE TEMPORARY TABLE exchange_delta ON COMMIT DROP AS
    SELECT at, series, bucket, {", ".join(f"sum({name}) AS {name}" for name in SUMS)}
    FROM (
        SELECT {BY_SLICE.format(at="at")} AS at, series, CAST({BUCKET.format(ms="ms")} AS smallint)
            AS bucket, 1 AS requests, CAST(outcome = 1 AS int) AS failed,
            CAST(outcome = 2 AS int) AS silent, 0 AS paired, 0 AS paired_failed,
            0 AS paired_silent, 0 AS repeated, ms AS took, size
        FROM (SELECT *, {DURATION.format("")} AS ms FROM exchange_fresh) fresh
        UNION ALL
        SELECT {BY_SLICE.format(at="client_at")}, client_series, client_bucket, 0, 0, 0, sign,
            CASE client_outcome WHEN 1 THEN sign ELSE 0 END,
            CASE client_outcome WHEN 2 THEN sign ELSE 0 END, 0, 0, 0
        FROM exchange_pairs
        UNION ALL
        SELECT {BY_SLICE.format(at="producer_at")}, producer_series, producer_bucket, 0, 0, 0,
            sign, CASE producer_outcome WHEN 1 THEN sign ELSE 0 END,
            CASE producer_outcome WHEN 2 THEN sign ELSE 0 END, 0, 0, 0
        FROM exchange_pairs
        UNION ALL
        SELECT {BY_SLICE.format(at="at")}, series, bucket, 0, 0, 0, 0, 0, 0, sign, 0, 0
        FROM exchange_repeats
    ) part
    GROUP BY at, series, bucket
"""

_BY_LEAD = """
    SELECT {at}, s.lead, d.bucket, {sums} FROM exchange_delta d
    JOIN exchange_series s ON s.id = d.series GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""

_BY_CLIENT = """
    SELECT {at}, d.series, {sums} FROM exchange_delta d GROUP BY 1, 2 ORDER BY 1, 2
"""

_ADD = """
    INSERT INTO {table} AS known ({by}, {names})
    {parts}
    ON CONFLICT ({by}) DO UPDATE SET {added}
"""

_NETWORKS = f"""
    INSERT INTO exchange_networks AS known
        (at, client_series, producer_series, pairs, there, served, back, out_of_step, ahead)
    SELECT {BY_HOUR.format(at="producer_at")}, client_series, producer_series, sum(sign),
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

_FAULTS = f"""
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
            SELECT {BY_HOUR.format(at="at")} AS at, series,
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
    connection.execute(text(_added("exchange_slices", _BY_LEAD, "d.at")))
    connection.execute(text(_added("exchange_hours", _BY_LEAD, BY_HOUR.format(at="d.at"))))
    connection.execute(text(_added("exchange_days", _BY_CLIENT, BY_DAY.format(at="d.at"))))
    connection.execute(text(_NETWORKS))
    connection.execute(text(_FAULTS), {"codes": CODES})


def _added(table: str, parts: str, at: str) -> str:
    return _ADD.format(
        table=table,
        by="at, series, bucket" if parts is _BY_LEAD else "at, series",
        parts=parts.format(at=at, sums=", ".join(f"sum(d.{name})" for name in SUMS)),
        names=", ".join(SUMS),
        added=", ".join(f"{name} = known.{name} + excluded.{name}" for name in SUMS),
    )
