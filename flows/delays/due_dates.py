"""The lawful due date of each application of a relation, in one SQL statement.

The rules are those of the law on public services (DOMAIN.md, "Counting terms"):

- received after closing or on a free day: registered the next working day (unless the standard
  says `after_hours: same_day`); closing time itself still counts as today;
- a term in days starts the day after registration (unless the day of receipt is counted) and
  ends at the close of business, at midnight, or at the same clock time, as the standard says;
- a term in calendar days that ends on a free day ends on the next working day;
- minutes run on past closing; working hours only while the office is open;
- a working day at whose close the clock stood still is not counted (`flows.delays.stopped`).
"""

from flows.delays.stopped import STOPPED

IN_HOURS = "(s.after_hours = 'same_day' OR (d.working AND r.received_at <= d.closes_at))"
NOT_FIRST = "(s.day_of_receipt = 'not_counted')::int"
SECOND = "interval '1 second'"

# Receipt: the standard in force, the day of registration, and when the clock starts.
BEGUN = f"""
    SELECT r.system, r.number, r.completed_at, r.given_due_at, s.*, d.day AS received_on,
        CASE WHEN {IN_HOURS} THEN d.day ELSE d.next_day END AS registered_on,
        d.ordinal + (NOT {IN_HOURS})::int AS ordinal,
        CASE WHEN s.after_hours = 'same_day' THEN r.received_at
             WHEN {IN_HOURS} THEN greatest(r.received_at, d.opens_at)
             ELSE d.next_opens_at END AS started_at,
        d.worked_before + CASE
            WHEN NOT d.working THEN 0
            WHEN r.received_at > d.closes_at THEN extract(epoch FROM d.closes_at - d.opens_at)
            ELSE greatest(0, extract(epoch FROM r.received_at - d.opens_at)) END AS worked
    FROM {{relation}} r
    LEFT JOIN standards_in_force s
      ON s.service = r.service AND s.sub_type = coalesce(r.sub_type, '')
     AND s.channel = coalesce(r.channel, '')
     AND r.received_at >= s.from_at AND r.received_at < s.to_at
    LEFT JOIN calendar_days d
      ON d.calendar = s.calendar AND d.day = (r.received_at AT TIME ZONE s.timezone)::date
"""

# The day the term ends, for terms in days: found by its ordinal, or by its date and rolled on.
ENDING = f"""
    SELECT b.*,
        CASE b.unit WHEN 'working_days' THEN w.day ELSE c.rolled_on END AS ends_on,
        CASE b.unit WHEN 'working_days' THEN w.opens_at ELSE c.rolled_opens_at END AS end_opens,
        CASE b.unit WHEN 'working_days' THEN w.closes_at ELSE c.rolled_closes_at END AS end_closes,
        CASE b.unit WHEN 'working_days' THEN w.ends_at ELSE c.rolled_ends_at END AS day_over,
        CASE b.unit WHEN 'working_days' THEN w.worked_before
                    ELSE c.rolled_worked_before END AS end_worked
    FROM begun b
    LEFT JOIN calendar_days w
      ON b.unit = 'working_days' AND w.calendar = b.calendar AND w.working
     AND w.ordinal = b.ordinal + b.term - 1 + {NOT_FIRST.replace("s.", "b.")}
    LEFT JOIN calendar_days c
      ON b.unit = 'calendar_days' AND c.calendar = b.calendar
     AND c.day = b.registered_on + b.term - 1 + {NOT_FIRST.replace("s.", "b.")}
"""

UNSTOPPED = """
    SELECT e.*, CASE
        WHEN unit = 'given' THEN given_due_at
        WHEN unit = 'minutes' THEN started_at + make_interval(mins => term)
        WHEN unit = 'working_hours' THEN worked_moment(calendar, (worked + term * 3600)::numeric)
        WHEN day_ends = 'close_of_business' THEN end_closes
        WHEN day_ends = 'end_of_day' THEN day_over
        ELSE (ends_on + (started_at AT TIME ZONE timezone)::time) AT TIME ZONE timezone
    END AS unstopped_due_at
    FROM ending e
"""

_STATEMENT = """
    WITH begun AS NOT MATERIALIZED ({begun}),
    ending AS NOT MATERIALIZED ({ending}),
    unstopped AS NOT MATERIALIZED ({unstopped}),
    stopped AS ({stopped})
    SELECT u.system, u.number, u.unit, u.calendar, u.term, u.inner_due, u.completed_at,
        CASE WHEN u.unit <> 'given' OR u.given_due_at IS NOT NULL THEN u.standard_id END
            AS standard_id,
        u.registered_on, u.worked, u.end_worked, u.end_opens, u.end_closes, u.unstopped_due_at,
        CASE WHEN z.number IS NULL THEN u.unstopped_due_at ELSE z.due_at END AS due_at
    FROM unstopped u LEFT JOIN stopped z ON z.system = u.system AND z.number = u.number
"""


def due_sql(relation: str, stops: str = "clock_stops") -> str:
    """A query that gives each application of `relation` its due date and what led to it.

    `relation` and `stops` are names of tables or views, or sub-queries in parentheses.
    `relation` has system, number, service, sub_type, channel, received_at, completed_at and
    given_due_at; `stops` has system, number, stopped_at and restarted_at. The due date is null
    where no standard is in force, and while the clock stands still; `standard_id` is null only
    in the first case.
    """
    statement = _STATEMENT.format(
        begun=BEGUN.format(relation=relation),
        ending=ENDING,
        unstopped=UNSTOPPED,
        stopped=STOPPED.format(stops=stops),
    )
    return f"({statement})"
