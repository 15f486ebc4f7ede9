"""The split: whose each application's working time is, in whole seconds that add up exactly.

Each event says who has the application from then on, until the next one. The working time is
counted once for each event, as a whole number, and each share is a difference of two such numbers:
so the shares add up to the whole, whatever the events say.
"""

from datetime import datetime

from sqlalchemy import Connection, text

from flows.delays.clocks.chosen import choose
from flows.delays.clocks.odd import CODES, COUNTED, FLAGS, RANKS
from flows.delays.clocks.overlays import make_overlays
from flows.delays.clocks.parties import KINDS, make_parties
from flows.delays.clocks.slots import slot_sql, worked_sql
from flows.delays.clocks.timeline import COVERED_TIMELINE, RANK
from models.clocks import SHARES
from models.environment.loader import Environment

# The receipt is a point like the events, and comes before all of them.
_POINTS = f"""
    SELECT s.id, s.place, s.received_at, s.ended_at, s.worked_to, p.was, p.rank, p.holder
    FROM splitting s CROSS JOIN LATERAL (
        SELECT e.at AS was, {RANK} AS rank, e.holder
        FROM application_events e WHERE e.system = s.system AND e.number = s.number
        UNION ALL SELECT '-infinity', {RANKS["received"]}, s.office
    ) p
"""

_AT = "least(p.ended_at, greatest(p.received_at, p.was))"

# No more columns than are needed: all of this is sorted.
_WORKED = f"""
    SELECT p.id, p.worked_to, p.was, p.rank, coalesce(h.kind, {KINDS["unknown"]}) AS kind,
        coalesce(h.party, 'unknown') AS party, {worked_sql(_AT, "k")} AS worked, {FLAGS} AS flags
    FROM ({_POINTS}) p
    LEFT JOIN clock_parties h ON h.code = p.holder
    JOIN clock_slots k ON k.slot = {slot_sql(_AT, "p.place")}
"""

_SECONDS = f"""
    SELECT w.*, lead(worked, 1, worked_to) OVER turns - worked AS seconds,
        lead(was) OVER turns AS next_was, lead(rank) OVER turns AS next_rank,
        lead(party) OVER turns AS next_party
    FROM ({_WORKED}) w WINDOW turns AS (PARTITION BY id ORDER BY was, rank, party)
"""


def _shares(seconds: str, kind: str) -> str:
    return ", ".join(
        f"coalesce(sum({seconds}) FILTER (WHERE {kind} = {KINDS[name]}), 0)::int AS {name}"
        for name in SHARES
    )


_SIMPLE = f"""
    SELECT id, {_shares("seconds", "kind")},
        coalesce(array_agg(party ORDER BY was, rank, party) FILTER (WHERE seconds > 0), '{{}}')
            AS parties,
        coalesce(array_agg(seconds ORDER BY was, rank, party) FILTER (WHERE seconds > 0), '{{}}')
            AS seconds,
        NULL::bigint[] AS findings, {COUNTED}
    FROM ({_SECONDS}) g GROUP BY id
"""

# What lies over an application changes whose its time is, and nothing about what was odd.
_COVERED = f"""
    SELECT t.id, {_shares("t.seconds", "t.kind")},
        coalesce(array_agg(t.party ORDER BY t.since) FILTER (WHERE t.seconds > 0), '{{}}')
            AS parties,
        coalesce(array_agg(t.seconds ORDER BY t.since) FILTER (WHERE t.seconds > 0), '{{}}')
            AS seconds,
        array_agg(DISTINCT t.finding_id) FILTER (WHERE t.finding_id IS NOT NULL) AS findings
    FROM {COVERED_TIMELINE} t GROUP BY t.id
"""


def _columns(over: bool) -> str:
    names = [*SHARES, "parties", "seconds", "findings"]
    if not over:
        return ", ".join(f"f.{name}" for name in names)
    return ", ".join(
        f"CASE WHEN o.id IS NULL THEN f.{name} ELSE o.{name} END AS {name}" for name in names
    )


def _made(over: bool) -> str:
    joined = f"LEFT JOIN ({_COVERED}) o ON o.id = s.id" if over else ""
    return f"""
        CREATE TEMP TABLE split_now ON COMMIT DROP AS
        SELECT s.system, s.number, s.done, s.received_at, s.ended_at,
            s.worked_to - s.worked_from AS whole, {_columns(over)}, {CODES}
        FROM ({_SIMPLE}) f JOIN splitting s ON s.id = f.id {joined}
    """


def prepare(
    connection: Connection, environment: Environment, relation: str, moment: datetime
) -> int:
    """Make the temporary tables that the split and the timeline read; how many lie over some.

    `relation` and `moment` are as for `split`.
    """
    connection.execute(text("SET LOCAL random_page_cost = 1.1"))
    make_parties(connection)
    since = choose(connection, environment, relation, moment)
    return make_overlays(connection, environment, moment, since)


def split(connection: Connection, environment: Environment, relation: str, moment: datetime) -> int:
    """Make the temporary table `split_now`: the applications of `relation`, split as of `moment`.

    `relation` is a table or a sub-query with the columns of `applications`. An open application
    is split up to the moment. Columns: system, number, done, received_at, ended_at, and those of
    `models.clocks.Clock`. Answers how many were split.
    """
    over = prepare(connection, environment, relation, moment)
    connection.execute(text("DROP TABLE IF EXISTS split_now"))
    return connection.execute(text(_made(over > 0))).rowcount
