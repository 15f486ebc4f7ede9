"""The alerts of composite services, and cases that nobody needs any more; one round of a tick."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from flows.alerts.state import fire_all, move_all
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
_ENDED = f"""
    SELECT a.fingerprint, 'resolved' AS became, 'over' AS reason,
           coalesce(CASE a.name WHEN '{CIRCUIT}'
               THEN format('Calls to %s are answered again, or its failure is known',
                           a.labels ->> 'system') END,
               format('Case %s is %s', c.id, c.state)) AS sentence,
           coalesce(c.resolved_at, :moment) AS ends_at,
           CAST(NULL AS timestamptz) AS silenced_until
    FROM alerts a
    LEFT JOIN assistance_cases c ON a.labels ? 'case' AND c.id = (a.labels ->> 'case')::bigint
    WHERE a.state <> 'resolved' AND a.name IN ('{OVERDUE}', '{UNDO_FAILED}', '{CIRCUIT}')
      AND NOT EXISTS (SELECT FROM ({_CASES} UNION ALL {_CIRCUITS}) AS t
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

    `AssistanceOverdue` for each case past its term, `UndoFailed` for each undo that failed,
    `CircuitOpen` for a system whose calls have failed for longer than the longest wait while the
    watch knows nothing of it. Running it again changes nothing.
    """
    settings = environment.settings
    open_since = moment - settings.composite_services.circuit.longest_wait
    values = {"moment": moment, "timezone": settings.timezone, "open_since": open_since}
    withdrawn = connection.execute(text(_WITHDRAW), {"moment": moment}).rowcount
    resolved = _where_any(connection, _ENDED, values, move_all)
    fired = _where_any(connection, f"{_CASES} UNION ALL {_CIRCUITS}", values, fire_all)
    return Watched(withdrawn, fired, resolved)


def _where_any(connection: Connection, rows: str, values: Mapping[str, Any], writer: Writer) -> int:
    """Most rounds have none, and make no temporary tables."""
    some = connection.execute(text(f"SELECT EXISTS ({rows})"), values).scalar_one()
    return writer(connection, rows, values, ACTOR) if some else 0
