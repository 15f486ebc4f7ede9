"""Each step that applies for a service is an application in its own right, with a due date.

Law on public services: "one application" is a set of services, each with its own term. A step's
application is received by its provider when the step was sent; what was certainly not sent, or
of which the body has nothing, was not received. `sync` follows what has changed since the last
time, in a few statements.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from flows.delays.recompute import recompute
from models.environment.dependencies import OURS
from models.environment.loader import Environment

SOURCE = "tereze.composite_services"

_BEGIN = """
    INSERT INTO source_states (source, system, dataset) VALUES (:source, :system, 'applications')
    ON CONFLICT DO NOTHING
"""
_SINCE = "SELECT cursor::bigint FROM source_states WHERE source = :source FOR UPDATE"
_UNTIL = "SELECT coalesce(max(id), 0) FROM composite_changes"
# In the order in which whoever changes a step takes them.
_LOCK = """
    SELECT id FROM composite_applications WHERE id IN (
        SELECT application FROM composite_changes WHERE id > :since AND id <= :until)
    ORDER BY id FOR NO KEY UPDATE
"""
_CHANGED = """
    CREATE TEMP TABLE composite_changed ON COMMIT DROP AS
    SELECT DISTINCT application, coalesce(step, '') AS step FROM composite_changes
    WHERE id > :since AND id <= :until
"""
# Sent is what may have reached the body, after the last time that the body had nothing of it.
_STEPS = """
    CREATE TEMP TABLE composite_now ON COMMIT DROP AS
    SELECT :system AS system, a.number || '/' || s.step AS number, s.service, s.sub_type,
        a.channel, a.region, a.office, coalesce(v.organisation, o.owner) AS organisation,
        a.applicant, sent.received_at, NULL::timestamptz AS given_due_at,
        CASE WHEN s.state IN ('done', 'refused', 'undoing', 'undone', 'dropped')
            THEN greatest(s.ended_at, sent.received_at) END AS completed_at,
        CASE WHEN s.state IN ('done', 'undoing', 'undone') THEN 'issued'
            WHEN s.state = 'refused' THEN 'refused'
            WHEN s.state = 'dropped' THEN 'withdrawn' END AS result,
        s.application, s.step
    FROM composite_changed c
    JOIN composite_steps s ON s.application = c.application AND s.step = c.step
    JOIN composite_applications a ON a.id = s.application
    LEFT JOIN services v ON v.code = s.service
    LEFT JOIN unnest(CAST(:systems AS text[]), CAST(:owners AS text[])) AS o (system, owner)
      ON o.system = s.system
    CROSS JOIN LATERAL (
        SELECT min(t.began_at) AS received_at FROM composite_attempts t
        WHERE t.application = s.application AND t.step = s.step AND t.does = 'call'
          AND (t.outcome <> 'not_sent' OR (t.outcome IS NULL AND s.state <> 'calling'))
          AND t.id > coalesce((
            SELECT max(n.id) FROM composite_attempts n WHERE n.application = s.application
               AND n.step = s.step AND n.does = 'ask' AND n.outcome = 'absent'), 0)
    ) sent
    WHERE s.service IS NOT NULL AND sent.received_at IS NOT NULL
"""
_WHOLES = """
    INSERT INTO composite_now
    SELECT :system, a.number, d.definition->>'service', NULL, a.channel, a.region, a.office,
        v.organisation, a.applicant, a.received_at, NULL, greatest(a.ended_at, a.received_at),
        CASE a.outcome WHEN 'done' THEN 'issued' WHEN 'partly' THEN 'issued'
            WHEN 'refused' THEN 'refused' WHEN 'cancelled' THEN 'withdrawn' END, a.id, NULL
    FROM composite_changed c
    JOIN composite_applications a ON a.id = c.application AND c.step = ''
    JOIN composite_definitions d ON d.composite = a.composite AND d.version = a.version
    LEFT JOIN services v ON v.code = d.definition->>'service'
    WHERE d.definition->>'service' IS NOT NULL
"""
_COLUMNS = """service, sub_type, channel, region, office, organisation, applicant, received_at,
    completed_at, result"""
_STORE = f"""
    INSERT INTO applications AS t (system, number, {_COLUMNS}, changed_at, source, pull_id,
        next_look_at)
    SELECT system, number, {_COLUMNS}, :moment, :source, 0, '-infinity' FROM composite_now
    ON CONFLICT (system, number) DO UPDATE SET ({_COLUMNS}, changed_at, next_look_at) =
        (SELECT {", ".join(f"excluded.{name.strip()}" for name in _COLUMNS.split(","))},
            excluded.changed_at, excluded.next_look_at)
    WHERE ({", ".join(f"t.{name.strip()}" for name in _COLUMNS.split(","))}) IS DISTINCT FROM
        ({", ".join(f"excluded.{name.strip()}" for name in _COLUMNS.split(","))})
"""
_TOUCHED = "(SELECT a.* FROM applications a JOIN composite_now n USING (system, number))"
_WRITE_BACK = """
    UPDATE composite_steps s SET due_at = a.due_at
    FROM composite_now n JOIN applications a USING (system, number)
    WHERE s.application = n.application AND s.step = n.step AND s.due_at IS DISTINCT FROM a.due_at
"""
_END = """
    UPDATE source_states SET cursor = to_jsonb(CAST(:until AS bigint)), looked_until = :moment
    WHERE source = :source
"""


def sync(connection: Connection, environment: Environment, moment: datetime) -> int:
    """Bring the applications of steps in line with the steps; answers how many were written.

    Costs by what changed since the last time. Where two do it at once, the second waits and
    finds the rest. Due dates are those of the standard in force, and are written back to the
    steps, by which they are taken in order.
    """
    known = {"source": SOURCE, "system": OURS}
    connection.execute(text(_BEGIN), known)
    since = connection.execute(text(_SINCE), known).scalar() or 0
    until = connection.execute(text(_UNTIL)).scalar_one()
    written = 0
    if until > since:
        written = _follow(connection, environment, {"since": since, "until": until}, moment)
    connection.execute(text(_END), {"source": SOURCE, "until": until, "moment": moment})
    return written


def _follow(
    connection: Connection, environment: Environment, span: dict[str, Any], moment: datetime
) -> int:
    connection.execute(text("DROP TABLE IF EXISTS composite_changed, composite_now"))
    connection.execute(text(_LOCK), span)
    connection.execute(text(_CHANGED), span)
    connection.execute(text("ANALYZE composite_changed"))
    systems = {name: each.owner for name, each in environment.systems.items()}
    owners = {"systems": list(systems), "owners": list(systems.values())}
    connection.execute(text(_STEPS), {"system": OURS, **owners})
    connection.execute(text(_WHOLES), {"system": OURS})
    connection.execute(text("ANALYZE composite_now"))
    values = {"moment": moment, "source": SOURCE}
    written = connection.execute(text(_STORE), values).rowcount
    if written:
        recompute(connection, environment, _TOUCHED)
        connection.execute(text(_WRITE_BACK))
    return written
