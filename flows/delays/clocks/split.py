"""The split: whose each application's working time is, in whole seconds that add up exactly.

Each event says who has the application from then on, until the next one. The working time is
counted once for each event, as a whole number, and each share is a difference of two such numbers:
so the shares add up to the whole, whatever the events say.
"""

from datetime import datetime

from sqlalchemy import Connection, text

from flows.delays.clocks.chosen import WORKED
from flows.delays.clocks.odd import CODES, COUNTED, FLAGS, STOPS
from flows.delays.clocks.parties import KINDS
from flows.delays.clocks.relations import prepare
from flows.delays.clocks.slots import second_sql, slot_sql, worked_sql
from flows.delays.clocks.timeline import COVERED_TIMELINE, RANK
from models.clocks import SHARES
from models.environment.loader import Environment

# One application after the other, and its events by their time, as the index has both: what is
# in order already costs next to nothing to sort. OFFSET 0 keeps it so, whatever the planner thinks
# of other ways, and has the second counted only once.
_POINTS = f"""
    SELECT s.id, s.place, s.received_at, s.ended_at, s.worked_to, e.at AS was, {RANK} AS rank,
        e.holder,
        {second_sql("least(s.ended_at, greatest(s.received_at, e.at))")} AS second
    FROM placed s CROSS JOIN LATERAL (
        SELECT e.at, e.kind, e.holder FROM application_events e
        WHERE e.system = s.system AND e.number = s.number OFFSET 0
    ) e OFFSET 0
"""

# No more columns than are needed: all of this is sorted.
_WORKED = f"""
    SELECT p.id, p.worked_to, p.was, p.rank, p.second * 8 + p.rank AS same,
        coalesce(h.kind, {KINDS["unknown"]}) AS kind, coalesce(h.party, 'unknown') AS party,
        {worked_sql("p.second", "k")} AS worked, {FLAGS} AS flags
    FROM ({_POINTS}) p
    LEFT JOIN clock_parties h ON h.code = p.holder
    JOIN clock_slots k ON k.slot = {slot_sql("p.second", "p.place")}
"""

_SECONDS = f"""
    SELECT w.*, lead(worked, 1, worked_to) OVER turns - worked AS seconds,
        lead(same) OVER turns AS next_same
    FROM ({_WORKED}) w WINDOW turns AS (PARTITION BY id ORDER BY was, rank, party)
"""


def _pairs(alias: str, order: str) -> str:
    """The parties and their seconds in order of time, without those that took none."""
    return ", ".join(
        f"coalesce(array_agg({alias}.{name} ORDER BY {order})"
        f" FILTER (WHERE {alias}.seconds > 0), '{{}}') AS {column}"
        for name, column in (("party", "parties"), ("seconds", "seconds"))
    )


def _shares(alias: str) -> str:
    return ", ".join(
        f"coalesce(sum({alias}.seconds) FILTER (WHERE {alias}.kind = {KINDS[name]}), 0)::int"
        f" AS {name}"
        for name in SHARES
    )


_EVENTS = f"""
    SELECT id, min(worked) AS worked_first, {_shares("g")},
        {_pairs("g", "was, rank, party")}, {COUNTED}
    FROM ({_SECONDS}) g GROUP BY id
"""

# Until the first event tells of somebody, the office has it where the receipt names one.
_BEFORE = "coalesce(f.worked_first, s.worked_to) - s.worked_from"


def _first(name: str, value: str, nothing: str) -> str:
    """A list with `value` before it, if any time passed before the first event."""
    return f"""CASE WHEN {_BEFORE} > 0 THEN {value} || coalesce(f.{name}, {nothing})
        ELSE coalesce(f.{name}, {nothing}) END AS {name}"""


_BY_KIND = ", ".join(
    f"coalesce(f.{name}, 0) + CASE WHEN coalesce(h.kind, {KINDS['unknown']}) = {KINDS[name]}"
    f" THEN {_BEFORE} ELSE 0 END AS {name}"
    for name in SHARES
)

# The bounds of each application are counted once, for its events and for itself.
_SIMPLE = f"""
    WITH placed AS MATERIALIZED {WORKED}
    SELECT s.id, s.system, s.number, s.done, s.received_at, s.ended_at,
        s.worked_to - s.worked_from AS whole, {_BY_KIND},
        {_first("parties", "coalesce(h.party, 'unknown')", "'{}'::text[]")},
        {_first("seconds", f"({_BEFORE})", "'{}'::int[]")},
        NULL::bigint[] AS findings, {CODES}
    FROM placed s
    LEFT JOIN ({_EVENTS}) f ON f.id = s.id
    LEFT JOIN clock_parties h ON h.code = s.office
    LEFT JOIN ({STOPS}) c ON c.id = s.id
"""

# What lies over an application changes whose its time is, and nothing about what was odd.
_COVERED = f"""
    SELECT t.id, {_shares("t")}, {_pairs("t", "t.since")},
        array_agg(DISTINCT t.finding_id) FILTER (WHERE t.finding_id IS NOT NULL) AS findings
    FROM {COVERED_TIMELINE} t GROUP BY t.id
"""

_CHANGED = (*SHARES, "parties", "seconds", "findings")


def split_sql(over: bool) -> str:
    """The split of every application of `splitting`; `over` if anything lies over one of them.

    Columns: system, number, done, received_at, ended_at, and those of `models.clocks.Clock`.
    """
    if not over:
        return _SIMPLE
    columns = ", ".join(
        f"CASE WHEN o.id IS NULL THEN a.{name} ELSE o.{name} END AS {name}" for name in _CHANGED
    )
    return f"""
        SELECT a.system, a.number, a.done, a.received_at, a.ended_at, a.whole, {columns}, a.odd
        FROM ({_SIMPLE}) a LEFT JOIN ({_COVERED}) o ON o.id = a.id
    """


def split(connection: Connection, environment: Environment, relation: str, moment: datetime) -> int:
    """Make the temporary table `split_now`: the applications of `relation`, split as of `moment`.

    `relation` is a table or a sub-query with the columns of `applications`. An open application
    is split up to the moment. Columns are those of `split_sql`. Answers how many were split.
    """
    over = prepare(connection, environment, relation, moment)
    connection.execute(text("DROP TABLE IF EXISTS split_now"))
    made = f"CREATE TEMP TABLE split_now ON COMMIT DROP AS {split_sql(over > 0)}"
    return connection.execute(text(made)).rowcount
