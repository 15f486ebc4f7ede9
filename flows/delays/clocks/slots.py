"""Working time as a whole number, for millions of moments: seconds since a calendar's first day.

A slot of nine hours of UTC touches at most two days of a calendar, so the working time at any
moment in it follows from five numbers. Finding them by one number is several times quicker than
finding the local day by its time zone. The answer is that of `worked_until` (migration 0009),
whole seconds.
"""

BITS = 15
"""A slot has two to the power of so many seconds, counted from 1970 in UTC."""
MOST_CALENDARS = 1000

CALENDARS = "SELECT name, (row_number() OVER (ORDER BY name))::int AS place FROM calendars"
"""The relation `clock_calendars`: name, place (a small number)."""


def second_sql(moment: str) -> str:
    """The whole seconds from 1970 to `moment` (an expression)."""
    return f"floor(date_part('epoch', {moment}))::bigint"


def slot_sql(second: str, place: str) -> str:
    """The slot that a `second` lies in, by the calendar of this place (both expressions)."""
    return f"(({second} >> {BITS}) * {MOST_CALENDARS} + {place})"


def worked_sql(second: str, slot: str) -> str:
    """The working seconds until `second` (an expression), whose slot is the row `slot`."""
    return f"""({slot}.worked
        + greatest(0, least({second} - {slot}.opens, {slot}.length))
        + CASE WHEN {slot}.longer > 0
            THEN greatest(0, least({second} - {slot}.again, {slot}.longer)) ELSE 0 END)::int"""


# From the last working day that had opened at the first moment; before it nothing is asked.
# OFFSET 0: by the index of the days, whatever the planner thinks of so few calendars.
SLOTS = f"""
    WITH bounds AS (
        SELECT place, min(received_at) AS since, max(ended_at) AS until
        FROM splitting GROUP BY place
    ), days AS (
        SELECT b.place, s.slot, d.worked_before AS worked, {second_sql("d.opens_at")} AS opens,
            date_part('epoch', d.closes_at - d.opens_at)::int AS length
        FROM bounds b JOIN clock_calendars n USING (place)
        CROSS JOIN LATERAL (
            SELECT * FROM calendar_days d
            WHERE d.calendar = n.name AND d.working AND d.opens_at <= b.until
              AND d.opens_at >= coalesce((
                SELECT max(f.opens_at) FROM calendar_days f
                WHERE f.calendar = n.name AND f.working AND f.opens_at <= b.since), '-infinity')
            OFFSET 0) d
        CROSS JOIN LATERAL generate_series({second_sql("d.opens_at")} >> {BITS},
            {second_sql("d.closes_at")} >> {BITS}) AS s (slot)
    ), used AS (
        SELECT place, slot, min(worked) AS worked, max(worked + length) AS after,
            array_agg(opens ORDER BY opens) AS opens, array_agg(length ORDER BY opens) AS lengths
        FROM days GROUP BY place, slot
    ), every AS (
        SELECT place, slot FROM bounds CROSS JOIN LATERAL generate_series(
            {second_sql("since")} >> {BITS}, {second_sql("until")} >> {BITS}) AS s (slot)
    )
    SELECT slot * {MOST_CALENDARS} + place AS slot,
        coalesce(u.worked, max(u.after) OVER earlier, 0)::int AS worked,
        coalesce(u.opens[1], 0) AS opens, coalesce(u.lengths[1], 0) AS length,
        coalesce(u.opens[2], 0) AS again, coalesce(u.lengths[2], 0) AS longer
    FROM every FULL JOIN used u USING (place, slot)
    WINDOW earlier AS (PARTITION BY place ORDER BY slot)
"""
"""The relation `clock_slots`: every moment of the applications of `splitting`."""
