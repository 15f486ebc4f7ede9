"""The applications whose time is split now: from the receipt to the end, in which calendar."""

from datetime import datetime

from sqlalchemy import Connection, text

from flows.delays.clocks.slots import make_slots, slot_sql, worked_sql
from models.environment.loader import Environment

# The calendar is that of the standard; else, as standards have it, the channel's or the default.
_CHOOSE = """
    CREATE TEMP TABLE clock_chosen ON COMMIT DROP AS
    SELECT a.system, a.number, a.service, a.office, a.received_at,
        coalesce(a.completed_at <= :moment, false) AS done,
        CASE WHEN a.completed_at <= :moment THEN a.completed_at ELSE :moment END AS ended_at,
        coalesce(s.calendar, h.calendar, CAST(:calendar AS text)) AS calendar
    FROM {relation} a
    LEFT JOIN standards s ON s.id = a.standard_id
    LEFT JOIN channels h ON h.code = a.channel
    WHERE a.received_at <= :moment
"""

_BOUNDS = "SELECT min(received_at) AS since, max(ended_at) AS until FROM clock_chosen"

# In the order of their keys: events are read, and splits written, at one place after the other.
_NUMBERED = f"""
    CREATE TEMP TABLE splitting ON COMMIT DROP AS
    SELECT (row_number() OVER (ORDER BY a.system, a.number))::int AS id, a.*, k.place,
        {worked_sql("a.received_at", "b")} AS worked_from,
        {worked_sql("a.ended_at", "e")} AS worked_to
    FROM clock_chosen a
    JOIN clock_calendars k ON k.name = a.calendar
    JOIN clock_slots b ON b.slot = {slot_sql("a.received_at", "k.place")}
    JOIN clock_slots e ON e.slot = {slot_sql("a.ended_at", "k.place")}
    ORDER BY id
"""


def choose(
    connection: Connection, environment: Environment, relation: str, moment: datetime
) -> datetime | None:
    """Make the temporary table `splitting` of the applications of `relation`; `moment` ends open
    ones, and what was received after it is left out.

    `relation` is a table or a sub-query with the columns of `applications`. Answers the earliest
    receipt; None where there is nothing to split.
    """
    connection.execute(text("DROP TABLE IF EXISTS clock_chosen, splitting"))
    values = {"moment": moment, "calendar": environment.settings.calendar}
    connection.execute(text(_CHOOSE.format(relation=relation)), values)
    bounds = connection.execute(text(_BOUNDS)).one()
    since: datetime | None = bounds.since
    make_slots(connection, since or moment, bounds.until or moment)
    connection.execute(text("ANALYZE clock_chosen (calendar)"))
    connection.execute(text(_NUMBERED))
    connection.execute(text("ANALYZE splitting (id, system, service)"))
    return since
