"""Due dates of applications whose clock stood still.

"A working day on which the clock stood still at its close is not counted." For minutes and
working hours the time that it stood still is added. While it stands still there is no due date,
unless the term had run out before.

Both are one rule on a scale: working days, calendar days, seconds, or seconds worked. The term
ends at a position; each stop that begins before it moves it on by its own length.
"""

from collections.abc import Sequence

from flows.register.ends import DAYS_ON

# Where a moment lies on the scale of its term's unit: for days, how many closings came before.
_POSITION = """CASE u.unit
    WHEN 'minutes' THEN date_part('epoch', {moment})
    WHEN 'working_days' THEN {day}.ordinal - ({day}.working AND {day}.closes_at >= {moment})::int
    WHEN 'calendar_days' THEN {day}.day - date '1970-01-01' - ({day}.closes_at >= {moment})::int
    WHEN 'working_hours' THEN {day}.worked_before + {day}.working::int * greatest(0,
        least(date_part('epoch', {moment} - {day}.opens_at),
              date_part('epoch', {day}.closes_at - {day}.opens_at))) END"""

_DAYS_ON = DAYS_ON.format(row="n", first="(n.day_of_receipt = 'not_counted')::int")

# The end without any stop, on the same scale, and the length of the term.
_ENDED = f"""
    SELECT n.*, n.term * CASE n.unit
            WHEN 'minutes' THEN 60 WHEN 'working_hours' THEN 3600 ELSE 1 END AS budget,
        CASE n.unit
            WHEN 'minutes' THEN date_part('epoch', n.unstopped_due_at)
            WHEN 'working_days' THEN e.ordinal
            WHEN 'calendar_days' THEN
                n.registered_on + {_DAYS_ON} - date '1970-01-01'
            WHEN 'working_hours' THEN n.seconds_worked + n.term * 3600 END AS position
    FROM ({{unstopped}}) n
    LEFT JOIN calendar_days e ON e.calendar = n.calendar AND e.day = n.ends_on
"""

# A stop before the start of the clock counts from the start.
_STOPS = f"""
    SELECT u.*, p.stopped_at, p.restarted_at,
        greatest(0, {_POSITION.format(moment="p.stopped_at", day="f")} - u.position + u.budget)
            AS at,
        CASE WHEN p.restarted_at IS NULL THEN 'infinity' ELSE greatest(0,
            {_POSITION.format(moment="p.restarted_at", day="t")} - u.position + u.budget) END
            AS till
    FROM ({_ENDED}) u
    JOIN {{stops}} p ON p.system = u.system AND p.number = u.number
    LEFT JOIN calendar_days f
      ON f.calendar = u.calendar AND f.day = (p.stopped_at AT TIME ZONE u.timezone)::date
    LEFT JOIN calendar_days t
      ON t.calendar = u.calendar AND t.day = (p.restarted_at AT TIME ZONE u.timezone)::date
"""

_MOVED = f"""
    SELECT {{columns}}, u.position, range_agg(tstzrange(u.stopped_at, u.restarted_at)) AS still,
        moved_by(u.at, u.till, u.budget ORDER BY u.stopped_at) AS moved
    FROM ({_STOPS}) u GROUP BY {{columns}}, u.position
"""

_END = "(CASE WHEN u.moved < 'infinity' THEN u.position + u.moved END)::int"

_DAY_END = """CASE u.day_ends
            WHEN 'close_of_business' THEN coalesce(w.closes_at, c.closes_at)
            WHEN 'end_of_day' THEN coalesce(w.ends_at, c.ends_at)
            ELSE (coalesce(w.day, c.day) + (greatest(u.received_at, u.starts_at)
                AT TIME ZONE u.timezone)::time) AT TIME ZONE u.timezone END"""

_STOPPED = f"""
    SELECT {{columns}}, CASE
        WHEN u.unit IS NULL OR u.unit = 'given' OR u.term = 0 THEN u.unstopped_due_at
        WHEN u.moved = 'infinity' THEN NULL
        WHEN u.moved = 0 AND u.unit <> 'calendar_days' THEN u.unstopped_due_at
        WHEN u.unit = 'minutes' THEN u.unstopped_due_at + make_interval(secs => u.moved)
        WHEN u.unit = 'working_hours' THEN
            worked_moment(u.calendar, (u.position + u.moved)::numeric)
        ELSE {_DAY_END} END AS due_at
    FROM ({_MOVED}) u
    -- A term in calendar days rolls on to a working day at whose close the clock ran.
    LEFT JOIN calendar_days w ON u.unit = 'working_days' AND w.working
     AND w.calendar = u.calendar AND w.ordinal = {_END}
    LEFT JOIN calendar_days c ON u.unit = 'calendar_days' AND c.calendar = u.calendar
     AND c.day = CASE WHEN u.unit = 'calendar_days'  -- a call for each row is what costs here
        THEN first_close(u.calendar, date '1970-01-01' + {_END}, u.still) END
"""


def stopped_sql(unstopped: str, columns: Sequence[str], stops: str) -> str:
    """The rows of the query `unstopped`, in its `columns`, with the due date that stops lead to.

    Each of the rows has a row in the relation `stops`.
    """
    listed = ", ".join(f"u.{column}" for column in columns)
    return _STOPPED.format(unstopped=unstopped, columns=listed, stops=stops)
