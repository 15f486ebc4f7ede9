"""The one writer of an alert's state: every change with its history row, in one statement.

Both functions take a SELECT, so that 100,000 alerts cost one statement like one alert does. Its
rows go through a temporary table, because the planner knows the size of a table that has been
analysed and guesses that of a subquery: guessed wrong, the same statement takes minutes.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from flows.alerts.fingerprint import fingerprint_sql

CHANNEL = "tereze_alerts"
"""Where the database says that an alert's state has changed, with the schema's name."""

# OFFSET 0: the labels are put together once for each alert, and not once for each use of them.
_INCOMING = """
    SELECT DISTINCT ON (fingerprint) *,
        EXISTS (SELECT FROM alerts a WHERE a.fingerprint = each.fingerprint) AS known
    FROM (
        SELECT {fingerprint} AS fingerprint, group_labels::text AS group_key, rows.*
        FROM (SELECT * FROM ({rows}) AS given OFFSET 0) AS rows
    ) AS each ORDER BY fingerprint
"""
# The history is not read from `alerts`, whose new rows this statement does not see yet.
_FIRE = """
    WITH grouped AS (
        INSERT INTO alert_groups (group_key, labels)
        SELECT group_key, group_key::jsonb FROM (SELECT DISTINCT group_key FROM incoming) AS each
        ON CONFLICT (group_key) DO NOTHING
    ), begun AS (
        INSERT INTO alerts (fingerprint, name, severity, labels, annotations, group_key, state,
                            reason, sentence, starts_at)
        SELECT fingerprint, name, severity, labels, annotations, group_key, 'firing',
               'fired', sentence, starts_at FROM incoming WHERE NOT known
        {conflict}
        RETURNING fingerprint, sentence
    ), begun_again AS (
        UPDATE alerts a
        SET state = 'firing', reason = 'fired_again', severity = i.severity,
            sentence = i.sentence, annotations = i.annotations, group_key = i.group_key,
            starts_at = i.starts_at, ends_at = NULL, silenced_until = NULL, assignee = NULL,
            escalated = 0, changed_at = clock_timestamp()
        FROM incoming i WHERE a.fingerprint = i.fingerprint AND a.state = 'resolved'
        RETURNING a.fingerprint, a.sentence
    ), going_on AS (
        UPDATE alerts a
        SET severity = i.severity, sentence = i.sentence, annotations = i.annotations,
            starts_at = i.starts_at
        FROM incoming i
        WHERE a.fingerprint = i.fingerprint AND a.state <> 'resolved'
          AND (a.severity, a.sentence, a.annotations, a.starts_at)
              IS DISTINCT FROM (i.severity, i.sentence, i.annotations, i.starts_at)
    ), changed AS (
        SELECT fingerprint, CAST(NULL AS text) AS was, 'fired' AS reason, sentence FROM begun
        UNION ALL SELECT fingerprint, 'resolved', 'fired_again', sentence FROM begun_again
    ), news AS (
        INSERT INTO alert_news (fingerprint) SELECT fingerprint FROM changed
    )
    INSERT INTO alert_changes (fingerprint, was, became, reason, sentence, actor)
    SELECT fingerprint, was, 'firing', reason, sentence, :actor FROM changed
"""

# Only where another transaction fires the same at this moment; it costs a third more to ask.
_CONFLICT = "ON CONFLICT (fingerprint) DO NOTHING"
_UNIQUE_VIOLATION = "23505"

_WANTED = "SELECT DISTINCT ON (fingerprint) * FROM ({rows}) AS rows ORDER BY fingerprint"
_KNOWN = """
    SELECT a.fingerprint, a.state FROM alerts a
    WHERE a.fingerprint IN (SELECT fingerprint FROM wanted)
    ORDER BY a.fingerprint FOR UPDATE
"""
# What it is stays readable while a person has it in hand. A silenced one's end is told to nobody,
# and what goes on after a silence is told anew.
_MOVE = """
    WITH moved AS (
        UPDATE alerts a
        SET state = w.became, reason = w.reason, ends_at = w.ends_at,
            sentence = CASE WHEN w.became IN ('resolved', 'firing') THEN w.sentence
                       ELSE a.sentence END,
            silenced_until = w.silenced_until, changed_at = clock_timestamp(),
            notified_at = CASE WHEN k.state <> 'silenced' THEN a.notified_at END,
            escalated = CASE WHEN w.became = 'firing' THEN 0 ELSE a.escalated END
        FROM wanted w JOIN known k USING (fingerprint)
        WHERE a.fingerprint = w.fingerprint AND k.state <> 'resolved'
        RETURNING a.fingerprint, k.state AS was, w.became, w.reason, w.sentence
    ), news AS (
        INSERT INTO alert_news (fingerprint)
        SELECT fingerprint FROM moved WHERE became IN ('firing', 'resolved')
    )
    INSERT INTO alert_changes (fingerprint, was, became, reason, sentence, actor)
    SELECT fingerprint, was, became, reason, sentence, :actor FROM moved
"""


def fire_all(connection: Connection, rows: str, parameters: Mapping[str, Any], actor: str) -> int:
    """Fire each alert of the SELECT `rows` and answer how many began.

    Its columns: name, severity, labels and group_labels (jsonb objects of texts), starts_at,
    sentence, annotations (jsonb). One that fires already, acknowledged and silenced ones too,
    goes on as it is; only its words and its beginning are brought up to date.
    """
    select = _INCOMING.format(rows=rows, fingerprint=fingerprint_sql("name", "labels"))
    with _held(connection, "incoming", select, parameters):
        return _told(connection, _begin(connection, actor))


def _begin(connection: Connection, actor: str) -> int:
    """Fire what is in `incoming`; answers how many began."""
    values = {"actor": actor}
    try:
        with connection.begin_nested():
            return connection.execute(text(_FIRE.format(conflict="")), values).rowcount
    except IntegrityError as error:
        if getattr(error.orig, "sqlstate", None) != _UNIQUE_VIOLATION:
            raise
    return connection.execute(text(_FIRE.format(conflict=_CONFLICT)), values).rowcount


def move_all(connection: Connection, rows: str, parameters: Mapping[str, Any], actor: str) -> int:
    """Move each alert of the SELECT `rows` to another state and answer how many moved.

    Its columns: fingerprint, became, reason, sentence, ends_at, silenced_until. Resolved alerts
    stay as they are: only firing again wakes them.
    """
    with (
        _held(connection, "wanted", _WANTED.format(rows=rows), parameters),
        _held(connection, "known", _KNOWN, {}),
    ):
        return _told(connection, connection.execute(text(_MOVE), {"actor": actor}).rowcount)


def _told(connection: Connection, changed: int) -> int:
    """Wake whoever delivers notices, once this is committed."""
    if changed:
        values = {"channel": CHANNEL}
        connection.execute(text("SELECT pg_notify(:channel, current_schema())"), values)
    return changed


@contextmanager
def _held(
    connection: Connection, name: str, select: str, parameters: Mapping[str, Any]
) -> Iterator[None]:
    """The rows of the SELECT in a temporary table, its size known to the planner."""
    connection.execute(text(f"CREATE TEMP TABLE {name} ON COMMIT DROP AS {select}"), parameters)
    connection.execute(text(f"ANALYZE {name} (fingerprint)"))
    yield
    connection.execute(text(f"DROP TABLE {name}"))
