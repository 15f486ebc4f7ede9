"""Alerts from the judgement of due dates: one statement for however many applications."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from flows.alerts.fingerprint import fingerprint_sql
from flows.alerts.state import fire_all, move_all
from models.alerts import GOES_ON
from models.environment.settings import Settings

OVERDUE = "ApplicationOverdue"
AT_RISK = "ApplicationAtRisk"
ACTOR = "flow:delays"

# What an alert of a changed application would be called and labelled, if it has one.
_NAMED = f"""
    CREATE TEMP TABLE named_now ON COMMIT DROP AS
    SELECT j.*, CASE j.became WHEN 'overdue' THEN '{OVERDUE}' WHEN 'at_risk' THEN '{AT_RISK}' END
               AS name,
           a.at_risk_at,
           jsonb_build_object('organisation', g.organisation, 'service', coalesce(a.service, ''),
                              'region', coalesce(a.region, '')) AS group_labels,
           to_char(j.due_at AT TIME ZONE :timezone, 'YYYY-MM-DD HH24:MI') AS due_local
    FROM judged_now j
    LEFT JOIN applications a ON a.system = j.system AND a.number = j.number
    LEFT JOIN services s ON s.code = a.service
    CROSS JOIN LATERAL (SELECT coalesce(a.organisation, s.organisation, '') AS organisation) g
"""
_LABELS = "(group_labels || jsonb_build_object('system', system, 'number', number))"

_FIRED = f"""
    SELECT name, CASE name WHEN '{OVERDUE}' THEN 'critical' ELSE 'warning' END AS severity,
           {_LABELS} AS labels, group_labels,
           CASE name WHEN '{OVERDUE}' THEN due_at ELSE coalesce(at_risk_at, :as_of) END
               AS starts_at,
           CASE name WHEN '{OVERDUE}'
               THEN format('Application %s was due on %s and is not completed', number, due_local)
               ELSE format('Application %s is due on %s and may be late', number, due_local)
           END AS sentence,
           jsonb_build_object('due_at', due_at) AS annotations
    FROM named_now WHERE name IS NOT NULL
"""

# Found by the application's number, not by the fingerprint: its region may have been corrected.
_ENDED = f"""
    WITH now_true AS MATERIALIZED (
        SELECT *, CASE WHEN name IS NOT NULL THEN {fingerprint_sql("name", _LABELS)} ELSE '' END
            AS fingerprint
        FROM named_now
    )
    SELECT a.fingerprint, 'resolved' AS became, r.reason,
           format('Application %s: %s', n.number, replace(r.reason, '_', ' ')) AS sentence,
           CASE r.reason WHEN 'became_overdue' THEN n.due_at
                ELSE coalesce(n.completed_at, :as_of) END AS ends_at,
           CAST(NULL AS timestamptz) AS silenced_until
    FROM now_true n
    JOIN alerts a ON a.labels ? 'number' AND a.labels ->> 'system' = n.system
                 AND a.labels ->> 'number' = n.number
    CROSS JOIN LATERAL (SELECT CASE
        WHEN a.name = n.name THEN 'relabelled'
        WHEN n.became = 'overdue' THEN 'became_overdue'
        WHEN n.became = 'late' THEN 'completed_late'
        WHEN n.became = 'on_time' THEN 'completed_on_time'
        WHEN n.became IN ('open', 'at_risk') THEN 'due_date_moved'
        ELSE 'withdrawn' END AS reason) r
    WHERE a.name IN ('{OVERDUE}', '{AT_RISK}') AND a.state {GOES_ON}
      AND a.fingerprint <> n.fingerprint
"""


@dataclass(frozen=True)
class Changed:
    """How many alerts began and how many ended."""

    fired: int
    resolved: int


def from_judgement(connection: Connection, settings: Settings, as_of: datetime) -> Changed:
    """Fire and resolve the alerts of applications whose timeliness changed.

    Called inside the transaction of the delays tick, where the temporary table `judged_now
    (system, number, was, became, reason, due_at, completed_at)` holds them, each once. What was
    completed late without ever being seen overdue raises no alert: its breach is counted in the
    numbers of its group's next notice.
    """
    connection.execute(text("ANALYZE judged_now (number)"))
    connection.execute(text(_NAMED), {"timezone": settings.timezone})
    connection.execute(text("ANALYZE named_now (number)"))
    resolved = move_all(connection, _ENDED, {"as_of": as_of}, ACTOR)
    fired = fire_all(connection, _FIRED, {"as_of": as_of}, ACTOR)
    connection.execute(text("DROP TABLE named_now"))
    return Changed(fired, resolved)
