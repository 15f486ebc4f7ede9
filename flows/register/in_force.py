"""Which standard holds for which kind of application, from when until when.

The most specific standard wins: one for the service before one for all services, one for the
sub-type before one for all, one for the channel before one for all; of two alike, the newer.
"""

from sqlalchemy import Connection, text

from models.environment.loader import Environment

_RESOLVE = """
    INSERT INTO standards_in_force (service, sub_type, channel, from_at, to_at, standard_id,
        term, unit, day_of_receipt, day_ends, after_hours, inner_due, calendar, timezone)
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
    ), chosen AS (
        SELECT DISTINCT ON (t.of_service, t.of_sub_type, t.of_channel, t.day) t.day, t.until, f.*
        FROM slices t JOIN fitting f USING (of_service, of_sub_type, of_channel)
        WHERE f.valid_from <= t.day AND (f.valid_to IS NULL OR f.valid_to > t.day)
        ORDER BY t.of_service, t.of_sub_type, t.of_channel, t.day, f.service = '*',
            f.sub_type IS NULL, f.channel IS NULL, f.valid_from DESC
    )
    SELECT c.of_service, c.of_sub_type, c.of_channel,
        c.day::timestamp AT TIME ZONE k.timezone,
        coalesce(c.until::timestamp AT TIME ZONE k.timezone, 'infinity'),
        c.id, c.term, c.unit, c.day_of_receipt, c.day_ends, c.after_hours,
        CASE WHEN c.inner_due IS NOT NULL THEN nullif(c.inner_due, interval '0')
             WHEN c.unit IN ('working_days', 'calendar_days') AND c.term > :except_up_to
              AND c.of_channel = ANY(:hand_over_channels) THEN :hand_over_before END,
        k.name, k.timezone
    FROM chosen c
    LEFT JOIN channels h ON h.code = c.of_channel
    JOIN calendars k ON k.name = coalesce(c.calendar, h.calendar, :calendar)
"""

_UNRESOLVED = """
    CREATE TEMP TABLE unresolved_kinds ON COMMIT DROP AS
    SELECT * FROM (
        SELECT DISTINCT service, coalesce(sub_type, '') AS sub_type,
            coalesce(channel, '') AS channel
        FROM {relation}
    ) seen
    WHERE NOT EXISTS (
        SELECT FROM standards_in_force f WHERE f.service = seen.service
           AND f.sub_type = seen.sub_type AND f.channel = seen.channel
    )
"""


def resolve(connection: Connection, environment: Environment, relation: str) -> None:
    """Spread out the standards for those kinds of applications in `relation` not yet known.

    `relation` has the columns service, sub_type and channel.
    """
    hand_over = environment.settings.delays.hand_over
    connection.execute(text("DROP TABLE IF EXISTS unresolved_kinds"))
    connection.execute(text(_UNRESOLVED.format(relation=relation)))
    connection.execute(
        text(_RESOLVE),
        {
            "calendar": environment.settings.calendar,
            "hand_over_channels": hand_over.channels if hand_over else [],
            "hand_over_before": hand_over.before if hand_over else None,
            "except_up_to": hand_over.except_terms_up_to if hand_over else 0,
        },
    )


def forget(connection: Connection) -> None:
    """Forget every resolution: a standard, a channel or a calendar has changed."""
    connection.execute(text("DELETE FROM standards_in_force"))
