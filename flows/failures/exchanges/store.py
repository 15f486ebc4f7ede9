"""Store a batch of exchanges, in the caller's transaction: rows, pairs, counts, all by sets.

What a batch costs depends on the batch: what is stored already is asked only by its key, in the
partitions of the days around. All counts are sums, so a record that comes twice, late or in
another order ends in the same counts.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, text

from flows.failures.exchanges import counting, pairing, partitions
from flows.failures.exchanges.batch import Batch

_LOCK = 7_391_512
_DAY = 86_400_000

_TEMPORARY = (
    """
    CREATE TEMPORARY TABLE exchange_stage (
        began bigint, side smallint, slot int, sent int, got int, took int, size bigint,
        outcome smallint, message text, request text, fault text, digest int
    ) ON COMMIT DROP
    """,
    """
    CREATE TEMPORARY TABLE exchange_slots (
        slot int, side smallint, service text, client text, series int
    ) ON COMMIT DROP
    """,
    "CREATE TEMPORARY TABLE exchange_fresh (LIKE exchanges) ON COMMIT DROP",
    "CREATE TEMPORARY TABLE exchange_known (LIKE exchanges) ON COMMIT DROP",
)

_SERIES = """
    INSERT INTO exchange_series (source, side, service, client, system, first_at, last_at)
    SELECT :source, s.side, s.service, s.client, :system, f.first_at, f.last_at
    FROM exchange_slots s
    JOIN (
        SELECT slot, to_timestamp(min(began) / 1000.0) first_at,
            to_timestamp(max(began) / 1000.0) last_at
        FROM exchange_stage GROUP BY slot
    ) f USING (slot)
    WHERE NOT EXISTS (
        SELECT FROM exchange_series e WHERE e.source = :source
            AND (e.side, e.service, e.client) = (s.side, s.service, s.client)
    )
    ON CONFLICT (source, side, service, client) DO NOTHING
"""

_LEAD = """
    UPDATE exchange_series s SET lead = (
        SELECT min(id) FROM exchange_series e
        WHERE (e.source, e.side, e.service) = (s.source, s.side, s.service)
    )
    WHERE lead IS NULL
"""

_SLOTS = """
    UPDATE exchange_slots s SET series = e.id FROM exchange_series e
    WHERE e.source = :source AND (e.side, e.service, e.client) = (s.side, s.service, s.client)
"""

_FRESH = """
    INSERT INTO exchange_fresh
        (key, at, request, side, digest, series, sent, got, took, size, outcome, message, fault)
    SELECT {distinct} key, at, request, side, digest, series, sent, got, took, size, outcome,
        message, fault
    FROM (
        SELECT hashtextextended(s.message, 0) AS key, to_timestamp(s.began / 1000.0) AS at,
            coalesce(hashtext(s.request), 0) AS request, s.side, s.digest, l.series, s.sent,
            s.got, s.took, s.size, s.outcome, s.message, s.fault
        FROM exchange_stage s JOIN exchange_slots l USING (slot)
    ) read
"""

# OFFSET 0 keeps the planner to one look into the index for each key: it would rather read whole
# days where it does not know how few of the keys are there.
_KNOWN = """
    INSERT INTO exchange_known
    SELECT e.* FROM (SELECT DISTINCT key FROM exchange_fresh) f
    CROSS JOIN LATERAL (
        SELECT * FROM exchanges e
        WHERE e.key = f.key AND e.at >= :first AND e.at < :last OFFSET 0
    ) e
"""

_FORGET_KNOWN = """
    DELETE FROM exchange_fresh f USING exchange_known k
    WHERE (k.key, k.at, k.request, k.side, k.digest)
        = (f.key, f.at, f.request, f.side, f.digest)
"""

_TOUCH_SERIES = """
    UPDATE exchange_series s SET first_at = least(s.first_at, f.first_at),
        last_at = greatest(s.last_at, f.last_at),
        last_good_at = greatest(s.last_good_at, f.last_good_at)
    FROM (
        SELECT series, min(at) first_at, max(at) last_at,
            max(at) FILTER (WHERE outcome IN (0, 3)) last_good_at
        FROM exchange_fresh GROUP BY series
    ) f
    WHERE f.series = s.id
"""

_HOLD = """
    INSERT INTO exchange_quarantine (source, fingerprint, code, reason, record, held_at)
    SELECT :source, h.fingerprint, h.code, h.reason, CAST(h.record AS jsonb), :moment
    FROM unnest(CAST(:fingerprints AS text[]), CAST(:codes AS text[]), CAST(:reasons AS text[]),
                CAST(:records AS text[])) h (fingerprint, code, reason, record)
    ON CONFLICT (source, fingerprint) DO NOTHING
"""


@dataclass(frozen=True)
class Stored:
    """What of a batch was new."""

    fresh: int = 0
    quarantined: int = 0


def store(
    connection: Connection,
    source: str,
    batch: Batch,
    moment: datetime,
    system: str | None = None,
) -> Stored:
    """Store what of the batch is not stored yet, and bring pairs and counts in line.

    `system` is that of all series of the source, where no mapping is needed to know it.
    """
    quarantined = _hold(connection, source, batch, moment)
    if not batch.rows:
        return Stored(0, quarantined)
    # One at a time: two sources may bring the two sides of one exchange.
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    for table in _TEMPORARY:
        connection.execute(text(table))
    _copy(connection, batch)
    if connection.execute(text(_SERIES), {"source": source, "system": system}).rowcount:
        connection.execute(text(_LEAD))
    connection.execute(text(_SLOTS), {"source": source})
    days = _days(connection)
    partitions.make(connection, [day.date() for day in days])
    distinct = "DISTINCT ON (key, at, request, side, digest)" if batch.crowded else ""
    connection.execute(text(_FRESH.format(distinct=distinct)))
    around = {"first": days[0] - timedelta(days=1), "last": days[-1] + timedelta(days=2)}
    known = connection.execute(text(_KNOWN), around).rowcount
    if known:
        connection.execute(text(_FORGET_KNOWN))
    fresh = connection.execute(text("INSERT INTO exchanges SELECT * FROM exchange_fresh")).rowcount
    if fresh:
        pairing.pair(connection, anew=bool(known), crowded=batch.crowded)
        counting.count(connection)
        connection.execute(text(_TOUCH_SERIES))
    return Stored(fresh, quarantined)


def _copy(connection: Connection, batch: Batch) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    with driver.cursor().copy("COPY exchange_stage FROM STDIN") as copy:
        copy.write("".join(batch.rows).encode())
    with driver.cursor().copy(
        "COPY exchange_slots (slot, side, service, client) FROM STDIN"
    ) as copy:
        for slot, series in enumerate(batch.series):
            copy.write_row((slot, *series))


def _days(connection: Connection) -> list[datetime]:
    found = connection.execute(
        text("SELECT DISTINCT began / :day FROM exchange_stage ORDER BY 1"), {"day": _DAY}
    ).scalars()
    return [datetime.fromtimestamp(int(day) * _DAY / 1000, UTC) for day in found]


def _hold(connection: Connection, source: str, batch: Batch, moment: datetime) -> int:
    if not batch.held:
        return 0
    values = {
        "source": source,
        "moment": moment,
        "fingerprints": [held.fingerprint for held in batch.held],
        "codes": [held.rule.code for held in batch.held],
        "reasons": [held.reason for held in batch.held],
        "records": [held.record for held in batch.held],
    }
    return connection.execute(text(_HOLD), values).rowcount
