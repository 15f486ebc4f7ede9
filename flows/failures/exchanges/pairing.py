"""Put the two sides of an exchange together by message id (X-Road Metrics' rule, made exact).

Client and producer are one exchange where message id and request id are the same and their times
less than 12 hours apart. A record whose ids came on the same side before or after, within a day,
pairs with nothing: which of them the other side belongs to cannot be known. So what is paired
depends on the records alone, never on the order in which they came.
"""

from sqlalchemy import Connection, text

BY_SLICE = "date_bin('5 minutes', {at}, '2000-01-01 00:00+00')"
BY_DAY = "date_bin('1 day', {at}, '2000-01-01 00:00+00')"
BY_HOUR = "date_bin('1 hour', {at}, '2000-01-01 00:00+00')"

DURATION = "coalesce(CASE WHEN {0}side = 2 THEN {0}got - {0}sent END, {0}took)"
"""What a record is judged by: at the producer the service itself, else the whole."""

BUCKET = "CASE WHEN {ms} < 1 THEN 0 ELSE ceil(ln(CAST({ms} AS float8)) * 5.7707801635558535) END"
"""Bucket b holds durations up to 2^(b/4) ms: 4 / ln 2 buckets for each e-fold."""

TOLERANCE = 250
"""Milliseconds that two clocks may differ."""

_TEMPORARY = (
    """
    CREATE TEMPORARY TABLE exchange_pairs (
        sign int, client_at timestamptz, client_series int, client_bucket smallint,
        client_outcome smallint, producer_at timestamptz, producer_series int,
        producer_bucket smallint, producer_outcome smallint, there bigint, served bigint,
        back bigint
    ) ON COMMIT DROP
    """,
    """
    CREATE TEMPORARY TABLE exchange_repeats (
        sign int, at timestamptz, series int, bucket smallint
    ) ON COMMIT DROP
    """,
)

_FRESH = "SELECT * FROM exchange_fresh"
_KNOWN = "SELECT * FROM exchange_known"

_LAY = """
    CREATE TEMPORARY TABLE exchange_crowd ON COMMIT DROP AS
    WITH seen AS ({rows}),
    crowded AS (SELECT key, side FROM seen GROUP BY key, side HAVING count(*) > 1)
    SELECT a.key, a.at, a.request, a.side, a.series, {bucket} AS bucket,
        bool_or(a.request = b.request) AS same
    FROM crowded JOIN seen a USING (key, side) JOIN seen b USING (key, side)
    WHERE (a.at, a.request, a.digest) <> (b.at, b.request, b.digest)
        AND a.at - b.at < interval '24 hours' AND b.at - a.at < interval '24 hours'
    GROUP BY a.key, a.at, a.request, a.side, a.digest, a.series, a.got, a.sent, a.took
"""

_PAIRS = """
    WITH seen AS ({rows})
    INSERT INTO exchange_pairs
    SELECT {sign}, c.at, c.series, {client_bucket}, c.outcome, p.at, p.series, {producer_bucket},
        p.outcome,
        extract(epoch FROM p.at - c.at) * 1000 - c.sent, p.got - p.sent,
        extract(epoch FROM c.at - p.at) * 1000 + c.got - p.took
    FROM seen c JOIN seen p USING (key, request)
    WHERE c.side = 1 AND p.side = 2
        AND c.at - p.at < interval '12 hours' AND p.at - c.at < interval '12 hours'
"""

_ALONE = """
        AND NOT EXISTS (
            SELECT FROM exchange_crowd o WHERE o.same
                AND (o.key, o.request) = (c.key, c.request)
                AND ((o.side = 1 AND o.at = c.at) OR (o.side = 2 AND o.at = p.at))
        )
"""

_REPEATS = """
    INSERT INTO exchange_repeats SELECT {sign}, at, series, bucket FROM exchange_crowd
"""


def pair(connection: Connection, *, anew: bool, crowded: bool) -> None:
    """Write what is paired and repeated now, and take away what was, for the keys of the batch.

    `anew`: some of the keys are stored already; `crowded`: one may be in the batch more than once
    on a side.
    """
    for table in _TEMPORARY:
        connection.execute(text(table))
    rows = f"{_FRESH} UNION ALL {_KNOWN}" if anew else _FRESH
    _write(connection, rows, 1, crowded=anew or crowded)
    if anew:
        _write(connection, _KNOWN, -1, crowded=True)


def _write(connection: Connection, rows: str, sign: int, *, crowded: bool) -> None:
    crowd = _lay_crowd(connection, rows, sign) if crowded else 0
    pairs = _PAIRS.format(
        rows=rows,
        sign=sign,
        client_bucket=BUCKET.format(ms=DURATION.format("c.")),
        producer_bucket=BUCKET.format(ms=DURATION.format("p.")),
    )
    connection.execute(text(pairs + (_ALONE if crowd else "")))
    if crowded:
        connection.execute(text("DROP TABLE exchange_crowd"))


def _lay_crowd(connection: Connection, rows: str, sign: int) -> int:
    """The records whose message id is not theirs alone; answers how many."""
    bucket = BUCKET.format(ms=DURATION.format("a."))
    crowd = connection.execute(text(_LAY.format(rows=rows, bucket=bucket))).rowcount
    if crowd:
        connection.execute(text(_REPEATS.format(sign=sign)))
    return crowd
