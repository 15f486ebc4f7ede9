"""Which standard holds for which kind of application, from when until when.

The most specific standard wins: one for the service before one for all services, one for the
sub-type before one for all, one for the channel before one for all; of two alike, the newer.
"""

from sqlalchemy import Connection, text

from flows.register.counting import count_missing, origin_sql, year_sql
from models.environment.loader import Environment

_UNRESOLVED = """
    CREATE TEMP TABLE unresolved_kinds ON COMMIT DROP AS
    SELECT DISTINCT service, sub_type, channel FROM seen_kinds k WHERE NOT EXISTS (
        SELECT FROM standards_in_force f WHERE f.service = k.service
           AND f.sub_type = k.sub_type AND f.channel = k.channel
    )
"""

_SEEN = f"""
    CREATE TEMP TABLE seen_kinds ON COMMIT DROP AS
    SELECT DISTINCT service, coalesce(sub_type, '') AS sub_type,
        coalesce(channel, '') AS channel, {year_sql("received_at")} AS year
    FROM {{relation}} r
"""

_CHOSEN = """
    CREATE TEMP TABLE chosen_standards ON COMMIT DROP AS
    WITH fitting AS (
        SELECT k.service AS of_service, k.sub_type AS of_sub_type, k.channel AS of_channel, s.*
        FROM unresolved_kinds k JOIN standards s
          ON s.service IN (k.service, '*')
         AND (s.sub_type IS NULL OR s.sub_type = k.sub_type)
         AND (s.channel IS NULL OR s.channel = k.channel)
    ), turns AS (
        SELECT of_service, of_sub_type, of_channel, valid_from AS day FROM fitting
        UNION
        SELECT of_service, of_sub_type, of_channel, valid_to FROM fitting WHERE valid_to IS NOT NULL
    ), slices AS (
        SELECT *, lead(day) OVER (PARTITION BY of_service, of_sub_type, of_channel ORDER BY day)
            AS until FROM turns
    )
    SELECT DISTINCT ON (t.of_service, t.of_sub_type, t.of_channel, t.day) t.day, t.until, f.*,
        k.name AS in_calendar, k.timezone
    FROM slices t JOIN fitting f USING (of_service, of_sub_type, of_channel)
    LEFT JOIN channels h ON h.code = t.of_channel
    JOIN calendars k ON k.name = coalesce(f.calendar, h.calendar, :calendar)
    WHERE f.valid_from <= t.day AND (f.valid_to IS NULL OR f.valid_to > t.day)
    ORDER BY t.of_service, t.of_sub_type, t.of_channel, t.day, f.service = '*',
        f.sub_type IS NULL, f.channel IS NULL, f.valid_from DESC
"""

# A day of receipt ends at closing, or at midnight: here on the calendar's last day, in winter.
_RULES = """
    INSERT INTO counting_rules (calendar, term, unit, day_of_receipt, day_ends, after_hours, cut)
    SELECT DISTINCT c.in_calendar, c.term, c.unit, c.day_of_receipt, c.day_ends, c.after_hours,
        mod(extract(epoch FROM CASE c.after_hours WHEN 'same_day'
            THEN d.ends_at - interval '1 microsecond' ELSE d.closes_at END), 86400)
    FROM chosen_standards c
    JOIN calendars k ON k.name = c.in_calendar
    JOIN calendar_days d ON d.calendar = k.name AND d.day = k.last_day
    ON CONFLICT DO NOTHING
"""

_IN_FORCE = f"""
    INSERT INTO standards_in_force (service, sub_type, channel, from_at, to_at, standard_id,
        term, unit, day_of_receipt, day_ends, after_hours, inner_due, calendar, timezone, rule,
        origin)
    SELECT c.of_service, c.of_sub_type, c.of_channel,
        c.day::timestamp AT TIME ZONE c.timezone,
        coalesce(c.until::timestamp AT TIME ZONE c.timezone, 'infinity'),
        c.id, c.term, c.unit, c.day_of_receipt, c.day_ends, c.after_hours,
        CASE WHEN c.inner_due IS NOT NULL THEN nullif(c.inner_due, interval '0')
             WHEN c.unit IN ('working_days', 'calendar_days') AND c.term > :except_up_to
              AND c.of_channel = ANY(:hand_over_channels) THEN :hand_over_before END,
        c.in_calendar, c.timezone, r.id, {origin_sql("r.id", "r.cut")}
    FROM chosen_standards c JOIN counting_rules r ON r.calendar = c.in_calendar
     AND r.term IS NOT DISTINCT FROM c.term
     AND (r.unit, r.day_of_receipt, r.day_ends, r.after_hours)
       = (c.unit, c.day_of_receipt, c.day_ends, c.after_hours)
    ON CONFLICT DO NOTHING
"""


def resolve(connection: Connection, environment: Environment, relation: str) -> None:
    """Spread out the standards for those kinds of applications in `relation` not yet known.

    And work out what they mean for the years in which those were received. `relation` has the
    columns service, sub_type, channel and received_at. Cheap where all is known.
    """
    connection.execute(text("DROP TABLE IF EXISTS seen_kinds, unresolved_kinds, chosen_standards"))
    connection.execute(text(_SEEN.format(relation=relation)))
    if connection.execute(text(_UNRESOLVED)).rowcount:
        _spread_out(connection, environment)
    count_missing(connection)


def _spread_out(connection: Connection, environment: Environment) -> None:
    hand_over = environment.settings.delays.hand_over
    connection.execute(text(_CHOSEN), {"calendar": environment.settings.calendar})
    connection.execute(text(_RULES))
    connection.execute(
        text(_IN_FORCE),
        {
            "hand_over_channels": hand_over.channels if hand_over else [],
            "hand_over_before": hand_over.before if hand_over else None,
            "except_up_to": hand_over.except_terms_up_to if hand_over else 0,
        },
    )


def forget(connection: Connection) -> None:
    """Forget every resolution: a standard, a channel or a calendar has changed."""
    for table in ("standards_in_force", "counted_spans", "counted_years", "counting_rules"):
        connection.execute(text(f"DELETE FROM {table}"))
