"""The alerts of composite services, and cases that nobody needs any more; one round of a tick."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from flows.alerts.state import fire_all, move_all
from flows.composite_services.proactive.waiting import EVENTS, values_of
from models.environment.loader import Environment

OVERDUE, UNDO_FAILED, CIRCUIT = "AssistanceOverdue", "UndoFailed", "CircuitOpen"
ACTOR = "flow:composite_services"
Writer = Callable[[Connection, str, Mapping[str, Any], str], int]

# A late answer moves a step on while somebody was asked about it.
_WITHDRAW = """
    UPDATE assistance_cases c
    SET state = 'withdrawn', resolution = 'It went on by itself', resolved_at = :moment
    FROM composite_steps s
    WHERE c.state = 'open' AND s.application = c.application AND s.step = c.step
      AND s.state <> CASE WHEN c.kind IN ('letter', 'incident') THEN 'undoing' ELSE 'person' END
"""
# An incident has an alert of its own from its first moment.
_CASES = f"""
    SELECT CASE c.kind WHEN 'incident' THEN '{UNDO_FAILED}' ELSE '{OVERDUE}' END AS name,
           CASE c.kind WHEN 'incident' THEN 'critical' ELSE 'warning' END AS severity,
           jsonb_build_object('case', c.id::text, 'number', a.number, 'step', c.step,
                              'office', c.office) AS labels,
           jsonb_build_object('office', c.office, 'alert',
               CASE c.kind WHEN 'incident' THEN '{UNDO_FAILED}' ELSE '{OVERDUE}' END)
               AS group_labels,
           CASE c.kind WHEN 'incident' THEN c.opened_at ELSE c.due_at END AS starts_at,
           CASE c.kind WHEN 'incident'
               THEN format('Taking back %s of %s failed; %s has to find out by %s',
                           c.step, a.number, c.office, l.due)
               ELSE format('Case %s (%s of %s) was due at %s on %s',
                           c.id, c.step, a.number, c.office, l.due) END AS sentence,
           jsonb_build_object('case', c.id::text, 'kind', c.kind) AS annotations
    FROM assistance_cases c
    JOIN composite_applications a ON a.id = c.application
    CROSS JOIN LATERAL (
        SELECT to_char(c.due_at AT TIME ZONE :timezone, 'YYYY-MM-DD HH24:MI') AS due) l
    WHERE c.state = 'open' AND (c.kind = 'incident' OR c.due_at < :moment)
"""
# One alert for a body and kind of event: where one thing is missing, all of them often lack it.
_EVENTS = f"""
    SELECT '{OVERDUE}' AS name, 'warning' AS severity,
           jsonb_build_object('system', h.system, 'life_event', h.kind,
                              'office', CAST(:office AS text)) AS labels,
           jsonb_build_object('office', CAST(:office AS text), 'alert', '{OVERDUE}')
               AS group_labels,
           min(h.due_at) AS starts_at,
           format('%s life event(s) of %s (%s) start nothing: something is missing; the first'
                  ' was due at %s on %s', count(*), h.system, h.kind, CAST(:office AS text),
                  to_char(min(h.due_at) AT TIME ZONE :timezone, 'YYYY-MM-DD HH24:MI'))
               AS sentence,
           jsonb_build_object('events', count(*)::text) AS annotations
    FROM ({EVENTS}) AS h WHERE h.overdue GROUP BY h.system, h.kind
"""
# Where the watch has found the system down, SystemDown tells it.
_CIRCUITS = f"""
    SELECT '{CIRCUIT}' AS name, 'warning' AS severity,
           jsonb_build_object('system', c.system) AS labels,
           jsonb_build_object('system', c.system, 'alert', '{CIRCUIT}') AS group_labels,
           c.since AS starts_at,
           format('Calls to %s fail since %s; %s application(s) wait', c.system,
                  to_char(c.since AT TIME ZONE :timezone, 'YYYY-MM-DD HH24:MI'), w.waiting)
               AS sentence,
           jsonb_build_object('failures', c.failures::text, 'waiting', w.waiting::text)
               AS annotations
    FROM composite_circuits c
    CROSS JOIN LATERAL (
        SELECT count(DISTINCT s.application) AS waiting FROM composite_steps s
        WHERE s.system = c.system AND s.state = 'held') w
    WHERE c.state = 'open' AND c.since <= :open_since
      AND NOT EXISTS (SELECT FROM findings f WHERE f.system = c.system AND f.kind = 'down'
                      AND f.state = 'confirmed')
"""
_ALL = f"{_CASES} UNION ALL {_EVENTS} UNION ALL {_CIRCUITS}"
_ENDED = f"""
    SELECT a.fingerprint, 'resolved' AS became, 'over' AS reason,
           coalesce(CASE a.name WHEN '{CIRCUIT}'
               THEN format('Calls to %s are answered again, or its failure is known',
                           a.labels ->> 'system') END,
               CASE WHEN a.labels ? 'life_event' THEN
                   format('No life event of %s waits past its term', a.labels ->> 'system') END,
               format('Case %s is %s', c.id, c.state)) AS sentence,
           coalesce(c.resolved_at, :moment) AS ends_at,
           CAST(NULL AS timestamptz) AS silenced_until
    FROM alerts a
    LEFT JOIN assistance_cases c ON a.labels ? 'case' AND c.id = (a.labels ->> 'case')::bigint
    WHERE a.state <> 'resolved' AND a.name IN ('{OVERDUE}', '{UNDO_FAILED}', '{CIRCUIT}')
      AND NOT EXISTS (SELECT FROM ({_ALL}) AS t
                      WHERE t.name = a.name AND t.labels = a.labels)
"""


@dataclass(frozen=True)
class Watched:
    """How many cases went on by themselves, and how many alerts began and ended."""

    withdrawn: int
    fired: int
    resolved: int


def watch(connection: Connection, environment: Environment, moment: datetime) -> Watched:
    """Withdraw cases whose steps went on by themselves; fire and resolve the alerts.

    `AssistanceOverdue` for each case past its term, and for each body whose life events wait past
    theirs; `UndoFailed` for each undo that failed; `CircuitOpen` for a system whose calls have
    failed for longer than the longest wait while the watch knows nothing of it.
    Running it again changes nothing.
    """
    settings = environment.settings
    open_since = moment - settings.composite_services.circuit.longest_wait
    values = {
        **values_of(environment, moment),
        "timezone": settings.timezone,
        "open_since": open_since,
        "office": settings.composite_services.office,
    }
    withdrawn = connection.execute(text(_WITHDRAW), {"moment": moment}).rowcount
    resolved = _where_any(connection, _ENDED, values, move_all)
    fired = _where_any(connection, _ALL, values, fire_all)
    return Watched(withdrawn, fired, resolved)


def _where_any(connection: Connection, rows: str, values: Mapping[str, Any], writer: Writer) -> int:
    """Most rounds have none, and make no temporary tables."""
    some = connection.execute(text(f"SELECT EXISTS ({rows})"), values).scalar_one()
    return writer(connection, rows, values, ACTOR) if some else 0
