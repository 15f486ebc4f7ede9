"""The lawful due date of each application of a relation, in one SQL statement.

The rules of counting are applied beforehand, to each stretch of time of receipt
(`flows.register.counting`); here each application finds its standard and its stretch, by two
joins, so that a million take a fraction of a second. Only for those whose clock stood still
something is counted at this time (`flows.delays.stopped`).
"""

from collections.abc import Sequence

from flows.delays.stopped import stopped_sql
from flows.register.counting import bin_sql

# A clock that runs "to the same clock time" across a change of clocks is set by hand.
_SAME_CLOCK_TIME = """(p.ends_on + (greatest(r.received_at, p.starts_at)
            AT TIME ZONE s.timezone)::time) AT TIME ZONE s.timezone"""

# The working time, in seconds, between the calendar's first day and the start of the clock.
_WORKED = """p.worked + greatest(0, least(p.length,
            date_part('epoch', r.received_at) - date_part('epoch', p.opens_at)))"""

COLUMNS = (
    *("system", "number", "received_at", "completed_at"),
    *("unit", "term", "standard_id", "inner_due", "calendar", "timezone", "day_of_receipt"),
    *("day_ends", "registered_on", "starts_at", "length", "seconds_worked"),
    *("ends_on", "end_opens_at", "end_length", "end_worked", "unstopped_due_at"),
)
"""What `due_sql` gives beside `due_at`."""

_UNSTOPPED = f"""
    SELECT r.system, r.number, r.received_at, r.completed_at, s.unit, s.term,
        CASE WHEN s.unit <> 'given' OR r.given_due_at IS NOT NULL THEN s.standard_id END
            AS standard_id,
        s.inner_due, s.calendar, s.timezone, s.day_of_receipt, s.day_ends,
        p.registered_on, p.starts_at, p.length, {_WORKED} AS seconds_worked, p.ends_on,
        p.end_opens_at, p.end_length, p.end_worked,
        CASE WHEN p.due_at IS NOT NULL THEN p.due_at
             WHEN p.runs IS NOT NULL THEN greatest(r.received_at, p.starts_at) + p.runs
             WHEN s.unit = 'given' THEN r.given_due_at
             ELSE {_SAME_CLOCK_TIME} END AS unstopped_due_at
    FROM {{relation}} r
    LEFT JOIN standards_in_force s
      ON s.service = r.service AND s.sub_type = coalesce(r.sub_type, '')
     AND s.channel = coalesce(r.channel, '')
     AND r.received_at >= s.from_at AND r.received_at < s.to_at
    LEFT JOIN counted_spans p
      ON p.bin = {bin_sql("r.received_at", "s.origin")}
     AND r.received_at > p.after AND r.received_at <= p.till
"""

_STOOD_STILL = """EXISTS (
            SELECT FROM {stops} p WHERE p.system = r.system AND p.number = r.number)"""
_CHOSEN = "(SELECT r.* FROM {relation} r WHERE {which})"

_STATEMENT = """
    SELECT {columns}, unstopped_due_at AS due_at FROM ({never_stopped}) u
    UNION ALL
    SELECT {columns}, due_at FROM ({stopped}) s
"""


def due_sql(relation: str, stops: str = "clock_stops", columns: Sequence[str] = COLUMNS) -> str:
    """A query that gives each application of `relation` its due date and what led to it.

    The fewer of `COLUMNS` it is asked for, the quicker it is.

    `relation` and `stops` are names of tables or views, or sub-queries in parentheses.
    `relation` has system, number, service, sub_type, channel, received_at, completed_at and
    given_due_at; `stops` has system, number, stopped_at and restarted_at. The due date is null
    where no standard is in force, and while the clock stands still; `standard_id` is null only
    in the first case. `flows.register.in_force.resolve` must have seen the relation.
    """
    stood_still = _STOOD_STILL.format(stops=stops)
    never, some = (
        _UNSTOPPED.format(relation=_CHOSEN.format(relation=relation, which=which))
        for which in (f"NOT {stood_still}", stood_still)
    )
    statement = _STATEMENT.format(
        columns=", ".join(columns),
        never_stopped=never,
        stopped=stopped_sql(some, COLUMNS, stops),
    )
    return f"({statement})"
