"""Working time as a whole number, for millions of moments: seconds since a calendar's first day.

A half day of UTC touches at most two days of a calendar, so the working time at any moment in it
follows from five numbers. Finding them by one number is several times quicker than finding the
local day by its time zone. The answer is that of `worked_until` (migration 0009), whole seconds.
"""

from datetime import datetime

from sqlalchemy import Connection, text

SLOT = 43_200
"""Seconds of a slot, counted from 1970 in UTC."""
MOST_CALENDARS = 1000

_MAKE = f"""
    CREATE TEMP TABLE clock_slots ON COMMIT DROP AS
    WITH days AS (
        SELECT n.place, s.half, d.worked_before AS worked,
            (date_part('epoch', d.opens_at) - s.half * {SLOT}::float8)::int AS opens,
            date_part('epoch', d.closes_at - d.opens_at)::int AS length
        FROM clock_calendars n
        JOIN calendar_days d ON d.calendar = n.name AND d.working
         AND d.opens_at <= :until AND d.day >= coalesce((
            SELECT max(b.day) FROM calendar_days b
            WHERE b.calendar = n.name AND b.working AND b.closes_at < :since), '-infinity')
        CROSS JOIN LATERAL generate_series(
            floor(date_part('epoch', d.opens_at) / {SLOT})::bigint,
            floor(date_part('epoch', d.closes_at) / {SLOT})::bigint) AS s (half)
    ), used AS (
        SELECT place, half, min(worked) AS worked, max(worked + length) AS after,
            (array_agg(opens ORDER BY opens))[1] AS opens,
            (array_agg(length ORDER BY opens))[1] AS length,
            coalesce((array_agg(opens ORDER BY opens))[2], 0) AS again,
            coalesce((array_agg(length ORDER BY opens))[2], 0) AS longer
        FROM days GROUP BY place, half
    ), every AS (
        SELECT place, half FROM clock_calendars CROSS JOIN generate_series(
            floor(date_part('epoch', CAST(:since AS timestamptz)) / {SLOT})::bigint,
            floor(date_part('epoch', CAST(:until AS timestamptz)) / {SLOT})::bigint) AS s (half)
    )
    SELECT half * {MOST_CALENDARS} + place AS slot, half * {SLOT} AS begins,
        coalesce(u.worked, max(u.after) OVER earlier, 0)::int AS worked,
        coalesce(u.opens, 0) AS opens, coalesce(u.length, 0) AS length,
        coalesce(u.again, 0) AS again, coalesce(u.longer, 0) AS longer
    FROM every FULL JOIN used u USING (place, half)
    WINDOW earlier AS (PARTITION BY place ORDER BY half)
"""

_CALENDARS = """
    CREATE TEMP TABLE clock_calendars ON COMMIT DROP AS
    SELECT name, (row_number() OVER (ORDER BY name))::int AS place FROM calendars
"""


def make_slots(connection: Connection, since: datetime, until: datetime) -> None:
    """Make the temporary tables `clock_calendars` (name, place) and `clock_slots`.

    The slots hold every moment from `since` to `until`.
    """
    connection.execute(text("DROP TABLE IF EXISTS clock_slots, clock_calendars"))
    connection.execute(text(_CALENDARS))
    connection.execute(text("ANALYZE clock_calendars"))
    connection.execute(text(_MAKE), {"since": since, "until": until})
    connection.execute(text("ANALYZE clock_slots"))


def slot_sql(moment: str, place: str) -> str:
    """The slot that `moment` lies in, by the calendar of this place (both expressions)."""
    return f"floor(date_part('epoch', {moment}) / {SLOT})::bigint * {MOST_CALENDARS} + {place}"


def worked_sql(moment: str, slot: str) -> str:
    """The working seconds until `moment` (an expression), whose slot is the row `slot`."""
    second = f"(floor(date_part('epoch', {moment})) - {slot}.begins)"
    return f"""({slot}.worked
        + greatest(0, least({second} - {slot}.opens, {slot}.length))
        + CASE WHEN {slot}.longer > 0
            THEN greatest(0, least({second} - {slot}.again, {slot}.longer)) ELSE 0 END)::int"""
