"""Where terms end, for all receipts that are registered on one day (the rows of `receipts`).

Each query gives stretches of receipts with one end, in the columns of `counted_spans`.
"""

_START = """r.rule, r.cut, r.day AS registered_on, r.starts_at, r.opens_at, r.length, r.worked"""
_END = """e.day AS ends_on, e.opens_at AS end_opens_at,
        extract(epoch FROM e.closes_at - e.opens_at)::int AS end_length,
        e.worked_before AS end_worked"""
_NO_END = """NULL::date AS ends_on, NULL::timestamptz AS end_opens_at, NULL::int AS end_length,
        NULL::int AS end_worked"""

# Minutes; hours of which there are none; and moments given with each application.
CLOCK_TERMS = f"""
    SELECT {_START}, r.after, r.till, NULL::timestamptz AS due_at,
        make_interval(mins => r.term) AS runs, {_NO_END}
    FROM receipts r
    WHERE r.unit IN ('minutes', 'given') OR (r.unit = 'working_hours' AND r.term = 0)
"""

DAYS_ON = "greatest({row}.term - 1 + {first}, 0) * ({row}.term > 0)::int"
"""How many days after registration a term in calendar days ends, before it is rolled on."""

# The day the term ends: found by its ordinal; for calendar days by its date, and rolled on.
_ENDING = f"""
    SELECT r.*, CASE
        WHEN r.unit = 'calendar_days' THEN c.ordinal + (NOT c.working)::int
        WHEN r.term = 0 THEN r.ordinal + (NOT r.working)::int
        ELSE r.ordinal + greatest(r.not_first, (NOT r.working)::int) + r.term - 1
    END AS end_ordinal
    FROM receipts r
    LEFT JOIN calendar_days c ON r.unit = 'calendar_days' AND c.calendar = r.calendar
     AND c.day = r.day + {DAYS_ON.format(row="r", first="r.not_first")}
    WHERE r.unit IN ('working_days', 'calendar_days')
"""

# "Same clock time" is as long after the start as one midnight after the other, but where clocks
# are changed on either day.
_MIDNIGHT = "(({day})::timestamp AT TIME ZONE r.timezone)"
_STARTS = _MIDNIGHT.format(day="r.day")
_ENDS = _MIDNIGHT.format(day="e.day")
_EVEN = " AND ".join(
    f"{_MIDNIGHT.format(day=day + ' + 1')} - {_MIDNIGHT.format(day=day)} = interval '24 hours'"
    for day in ("r.day", "e.day")
)

DAY_TERMS = f"""
    SELECT {_START}, r.after, r.till, CASE r.day_ends WHEN 'close_of_business' THEN e.closes_at
            WHEN 'end_of_day' THEN e.ends_at END AS due_at,
        CASE WHEN r.day_ends = 'same_clock_time' AND {_EVEN} THEN make_interval(
            secs => date_part('epoch', {_ENDS}) - date_part('epoch', {_STARTS})) END AS runs,
        {_END}
    FROM ({_ENDING}) r JOIN calendar_days e
      ON e.calendar = r.calendar AND e.working AND e.ordinal = r.end_ordinal
"""

# Working hours run from opening or receipt; what comes after closing counts from the next opening.
_OFFICE_TIME = """
    SELECT r.rule, r.cut, r.calendar, r.term, r.day, r.after, least(r.till, r.closes_at) AS till,
        r.opens_at, r.length, r.worked
    FROM receipts r WHERE r.unit = 'working_hours' AND r.term > 0 AND r.working
    UNION ALL
    SELECT r.rule, r.cut, r.calendar, r.term, r.day,
        CASE WHEN r.working THEN r.closes_at ELSE r.after END, r.till,
        n.opens_at, extract(epoch FROM n.closes_at - n.opens_at)::int, n.worked_before
    FROM receipts r JOIN calendar_days n ON n.calendar = r.calendar AND n.working
     AND n.ordinal = r.ordinal + 1
    WHERE r.unit = 'working_hours' AND r.term > 0 AND r.after_hours = 'same_day'
"""

# They end on the day in whose hours they run out: of the receipts of one day some on one day,
# the later ones on the next. `since` is the start from which they would run out at its opening.
_LONGEST_DAY = 25 * 3600
HOUR_TERMS = f"""
    SELECT r.rule, r.cut, r.day AS registered_on, r.opens_at AS starts_at, r.opens_at, r.length,
        r.worked, CASE WHEN s.since < r.opens_at THEN r.after ELSE s.since END AS after,
        least(r.till, s.since + (e.closes_at - e.opens_at)) AS till,
        NULL::timestamptz AS due_at,
        make_interval(secs => date_part('epoch', e.opens_at) - date_part('epoch', s.since))
            AS runs, {_END}
    FROM ({_OFFICE_TIME}) r
    CROSS JOIN LATERAL (
        SELECT * FROM calendar_days e WHERE e.calendar = r.calendar AND e.working
           AND e.worked_before >= r.worked + r.term * 3600 - {_LONGEST_DAY}
           AND e.worked_before < r.worked + r.term * 3600 + r.length
        OFFSET 0  -- looked up for each; as a join it is planned as all days with all days
    ) e
    CROSS JOIN LATERAL (
        SELECT r.opens_at + make_interval(secs => e.worked_before - r.worked - r.term * 3600)
            AS since
    ) s
    WHERE s.since + (e.closes_at - e.opens_at) >= r.opens_at
      AND s.since < greatest(r.till, r.opens_at)
"""
