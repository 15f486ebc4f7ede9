"""Work out, for each rule of counting, what follows from a receipt at any moment of a year.

The end of a term is a function of the moment of receipt, and a simple one: in a stretch of time
(say from one closing to the next) either the end is the same moment for all, or it lies the same
time after the start of the clock. So the rules are applied once to each stretch, here, and not
once to each application; `flows.delays.due_dates` looks the stretch up.

The rules are those of the law on public services (DOMAIN.md, "Counting terms"):

- received after closing or on a free day: registered the next working day (unless the standard
  says `after_hours: same_day`); closing time itself still counts as today;
- a term in days starts the day after registration (unless the day of receipt is counted) and
  ends at the close of business, at midnight, or at the same clock time, as the standard says;
- a term in calendar days that ends on a free day ends on the next working day;
- minutes run on past closing; working hours only while the office is open;
- a term of no days at all ends on the day of registration, or the next working day.
"""

from sqlalchemy import Connection, text

from flows.register.ends import CLOCK_TERMS, DAY_TERMS, HOUR_TERMS

YEAR = 365.25 * 86400
"""The years by which rules are worked out, in seconds, counted from 1970 in UTC."""

SLOT = 1800
"""Seconds between the cuts of grids: in microseconds more than there are rules (a constraint of
`counting_rules`), so that no moment lies on the grids of two rules."""

_MISSING = """
    CREATE TEMP TABLE uncounted ON COMMIT DROP AS
    SELECT r.*, y.year, to_timestamp(y.year * {year}) AS since,
        to_timestamp((y.year + 1) * {year}) AS until
    FROM counting_rules r JOIN (
        SELECT DISTINCT f.rule, k.year FROM seen_kinds k JOIN standards_in_force f
          ON f.service = k.service AND f.sub_type = k.sub_type AND f.channel = k.channel
    ) y ON y.rule = r.id
    WHERE NOT EXISTS (SELECT FROM counted_years c WHERE c.rule = r.id AND c.year = y.year)
"""

# Which receipts are registered on which day. Registered the next working day: all that come
# after the last closing. Registered the same day: all until midnight (which is the next day's).
_RECEIPTS = """
    CREATE TEMP TABLE receipts ON COMMIT DROP AS
    WITH days AS MATERIALIZED (
        SELECT *, max(closes_at) FILTER (WHERE working) OVER past AS closed_before,
            lag(ends_at) OVER (PARTITION BY calendar ORDER BY day) AS begins_at
        FROM calendar_days
        WINDOW past AS (PARTITION BY calendar ORDER BY day
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
    ), spans AS (
        SELECT u.id AS rule, u.since, u.until, u.calendar, u.term, u.unit, u.day_ends, u.cut,
            u.after_hours, (u.day_of_receipt = 'not_counted')::int AS not_first,
            d.day, d.ordinal, d.working, d.closes_at,
            CASE u.after_hours WHEN 'same_day' THEN d.begins_at - interval '1 microsecond'
                ELSE d.closed_before END AS after,
            CASE u.after_hours WHEN 'same_day' THEN d.ends_at - interval '1 microsecond'
                ELSE d.closes_at END AS till,
            CASE u.after_hours WHEN 'next_working_day' THEN d.opens_at END AS starts_at
        FROM uncounted u JOIN days d ON d.calendar = u.calendar
        WHERE d.working OR u.after_hours = 'same_day'
    )
    SELECT s.*, z.timezone, o.opens_at, o.worked_before AS worked,
        extract(epoch FROM o.closes_at - o.opens_at)::int AS length
    FROM spans s
    JOIN calendars z ON z.name = s.calendar
    JOIN calendar_days o ON o.calendar = s.calendar AND o.working
     AND o.ordinal = s.ordinal + (NOT s.working)::int
    WHERE s.till >= s.since AND s.after < s.until
"""

_INSERT = """
    INSERT INTO counted_spans (bin, after, till, registered_on, starts_at, due_at, runs,
        opens_at, length, worked, ends_on, end_opens_at, end_length, end_worked)
    SELECT b.bin, t.after, t.till, t.registered_on, t.starts_at, t.due_at, t.runs,
        t.opens_at, t.length, t.worked, t.ends_on, t.end_opens_at, t.end_length, t.end_worked
    FROM ({spans}) t CROSS JOIN LATERAL generate_series(
        {first}, {last}, interval '24 hours') AS b (bin)
    ON CONFLICT DO NOTHING
"""


def origin_sql(rule: str, cut: str) -> str:
    """A moment of the grid by which a rule's receipts are told apart into days (24 hours each).

    The grid lies at the rule's `cut` (to half an hour), and off it by as many microseconds as the
    rule's number is: so a moment of a grid says which rule it belongs to, and finding a stretch
    by one such moment is quicker than by two columns or by any arithmetic.
    """
    seconds = f"ceil({cut} / {SLOT}) * {SLOT}"
    return (
        f"(timestamptz '2000-01-01 00:00+00' + make_interval(secs => {seconds})"
        f" + {rule} * interval '1 microsecond')"
    )


def bin_sql(moment: str, origin: str) -> str:
    """The beginning of the grid's day that `moment` lies in (both expressions)."""
    return f"date_bin('1 day', {moment}, {origin})"


def year_sql(moment: str) -> str:
    """The year of `counted_years` that `moment` (an expression) lies in."""
    return f"floor(date_part('epoch', {moment}) / {YEAR})::int"


def count_missing(connection: Connection) -> None:
    """Work out the rules and years that `seen_kinds` needs and that are not yet there."""
    connection.execute(text("DROP TABLE IF EXISTS uncounted, receipts"))
    missing = connection.execute(text(_MISSING.format(year=YEAR))).rowcount
    if not missing:
        return
    connection.execute(text(_RECEIPTS))
    connection.execute(text("ANALYZE receipts"))
    origin = origin_sql("t.rule", "t.cut")
    first = bin_sql("t.after + interval '1 microsecond'", origin)
    last = bin_sql("t.till", origin)
    for spans in (CLOCK_TERMS, DAY_TERMS, HOUR_TERMS):
        connection.execute(text(_INSERT.format(spans=spans, first=first, last=last)))
    connection.execute(
        text("INSERT INTO counted_years SELECT id, year FROM uncounted ON CONFLICT DO NOTHING")
    )
    # The plan for a million applications depends on how much there is to join with.
    connection.execute(text("ANALYZE counted_spans, standards_in_force"))
