"""Due dates of applications whose clock stood still.

"A working day on which the clock stood still at its close is not counted." For minutes and
working hours the time that it stood still is added. While it stands still there is no due date,
unless the term had run out before.
"""

_STILL = """EXISTS (
    SELECT FROM {stops} p WHERE p.system = u.system AND p.number = u.number
       AND p.stopped_at <= x.closes_at AND (p.restarted_at IS NULL OR p.restarted_at > x.closes_at)
)"""

_DAY_END = """CASE u.day_ends WHEN 'close_of_business' THEN x.closes_at
    WHEN 'end_of_day' THEN x.ends_at
    ELSE (x.day + (u.started_at AT TIME ZONE u.timezone)::time) AT TIME ZONE u.timezone END"""

_FIRST = "u.registered_on + (u.day_of_receipt = 'not_counted')::int"

# The counted days, in order: no day after the clock stopped for good (so far) is one of them.
_WORKING_DAYS = f"""
    SELECT {_DAY_END} AS due_at FROM calendar_days x
    WHERE u.unit = 'working_days' AND x.calendar = u.calendar AND x.working
      AND x.day >= {_FIRST} AND x.closes_at < coalesce(u.still_since, 'infinity') AND NOT {_STILL}
    ORDER BY x.day OFFSET greatest(u.term - 1, 0) LIMIT 1
"""

_CALENDAR_DAYS = f"""
    SELECT {_DAY_END} AS due_at FROM calendar_days x
    WHERE u.unit = 'calendar_days' AND x.calendar = u.calendar AND x.working
      AND x.closes_at < coalesce(u.still_since, 'infinity') AND NOT {_STILL}
      AND x.day >= (
        SELECT x.day FROM calendar_days x
        WHERE x.calendar = u.calendar AND x.day >= {_FIRST}
          AND x.closes_at < coalesce(u.still_since, 'infinity') AND NOT {_STILL}
        ORDER BY x.day OFFSET greatest(u.term - 1, 0) LIMIT 1)
    ORDER BY x.day LIMIT 1
"""

# Stops shift the end: each that begins before the end, as shifted by those before it, counts.
_TIME = """
    SELECT CASE
        WHEN bool_or(open AND at - before < budget) THEN NULL
        WHEN u.unit = 'minutes' THEN u.started_at + make_interval(secs =>
            (budget + coalesce(sum(length) FILTER (WHERE at - before < budget), 0))::float8)
        ELSE worked_moment(u.calendar, (u.worked + budget
            + coalesce(sum(length) FILTER (WHERE at - before < budget), 0))::numeric)
    END AS due_at
    FROM (
        SELECT at, length, open, budget,
            coalesce(sum(length) OVER (ORDER BY at ROWS BETWEEN UNBOUNDED PRECEDING
                AND 1 PRECEDING), 0) AS before
        FROM (
            SELECT greatest(0, f.from_) AS at, f.till IS NULL AS open,
                coalesce(greatest(0, f.till) - greatest(0, f.from_), 0) AS length,
                u.term * CASE u.unit WHEN 'minutes' THEN 60 ELSE 3600 END AS budget
            FROM {stops} p CROSS JOIN LATERAL (SELECT
                CASE u.unit WHEN 'minutes' THEN extract(epoch FROM p.stopped_at - u.started_at)
                     ELSE worked_until(u.calendar, p.stopped_at) - u.worked END AS from_,
                CASE u.unit WHEN 'minutes' THEN extract(epoch FROM p.restarted_at - u.started_at)
                     ELSE worked_until(u.calendar, p.restarted_at) - u.worked END AS till) f
            WHERE u.unit IN ('minutes', 'working_hours')
              AND p.system = u.system AND p.number = u.number
        ) spans
    ) placed GROUP BY budget
"""

STOPPED = (
    """
    SELECT u.system, u.number, CASE u.unit
        WHEN 'given' THEN u.unstopped_due_at
        WHEN 'working_days' THEN w.due_at
        WHEN 'calendar_days' THEN c.due_at ELSE t.due_at END AS due_at
    FROM (
        SELECT n.*, s.still_since FROM unstopped n JOIN (
            SELECT system, number, max(stopped_at) FILTER (WHERE restarted_at IS NULL)
                AS still_since
            FROM {stops} GROUP BY system, number
        ) s ON s.system = n.system AND s.number = n.number
    ) u
    LEFT JOIN LATERAL ("""
    + _WORKING_DAYS
    + """) w ON true
    LEFT JOIN LATERAL ("""
    + _CALENDAR_DAYS
    + """) c ON true
    LEFT JOIN LATERAL ("""
    + _TIME
    + """) t ON true
"""
)
