"""The alerts of findings: only what is confirmed fires, only what has fired is resolved."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, text

from flows.alerts.fingerprint import fingerprint_sql
from flows.alerts.state import fire_all, move_all
from flows.failures import too
from flows.failures.holding_back import hold_back
from flows.failures.verdict import Kind
from models.environment.loader import Environment

NAMES: dict[Kind, str] = {
    "down": "SystemDown",
    "failing": "SystemFailing",
    "slow": "SystemSlow",
    "silent": "SilentFailure",
    "clock": "ClocksOutOfStep",
    "duplicates": "DuplicateMessages",
    "certificate": "CertificateEnding",
    "contract": "ContractDrifted",
    "budget": "BudgetRunningOut",
    "not_looked_at": "NotLookedAt",
}
"""What the alert of each kind of finding is called."""

GAP = "gap"
"""The reason of a finding that was over when it was written: told once, then resolved."""
TOLD_WITHIN = timedelta(hours=1)
"""Where nobody delivers notices, the alert of a gap is resolved after this time."""

_NAMED = (f"WHEN '{kind}' THEN '{name}'" for kind, name in NAMES.items())
_NAME = f"CASE f.kind {' '.join(_NAMED)} END"
_LABELS = "jsonb_build_object('system', f.system, 'subject', f.subject, 'kind', f.kind)"
FINGERPRINT = fingerprint_sql(_NAME, _LABELS)
"""The SQL of the fingerprint that the alert of a finding `f` has."""

_FIRING = f"""
    SELECT {_NAME} AS name, f.severity, {_LABELS} AS labels,
           jsonb_build_object('system', f.system, 'alert', {_NAME}) AS group_labels,
           f.began_at AS starts_at, s.sentence,
           coalesce((SELECT jsonb_object_agg(key, value)
                     FROM jsonb_each_text(jsonb_strip_nulls(f.numbers))), '{{}}')
               || jsonb_build_object('finding', f.id::text) AS annotations
    FROM findings f
    CROSS JOIN LATERAL (SELECT f.sentence || coalesce(CAST(:too AS jsonb) ->> f.id::text, '')
                        AS sentence) s
"""
_BEGIN = f"""
    {_FIRING}
    WHERE (f.state = 'confirmed' AND f.alerted_at IS NULL AND f.held_back IS NULL)
       OR f.id = ANY(CAST(:past AS bigint[]))
"""
# Not one that a person has resolved: it fires again only where it began anew.
_REWORD = f"""
    {_FIRING} JOIN alerts a ON a.fingerprint = {FINGERPRINT}
    WHERE f.alerted_at IS NOT NULL AND f.state = 'confirmed' AND a.state <> 'resolved'
      AND (a.severity, a.sentence, a.starts_at)
          IS DISTINCT FROM (f.severity, s.sentence, f.began_at)
"""
_FIRED = """
    UPDATE findings SET alerted_at = :moment
    WHERE (state = 'confirmed' AND alerted_at IS NULL AND held_back IS NULL)
       OR id = ANY(CAST(:past AS bigint[]))
"""
# The alert of a gap goes on until a notice has told it: what is resolved before is never told.
_ENDING = f"""
    FROM findings f
    LEFT JOIN alerts a ON a.fingerprint = {FINGERPRINT}
    WHERE f.state <> 'confirmed' AND f.alerted_at IS NOT NULL
      AND (f.reason <> '{GAP}' OR a.state IS DISTINCT FROM 'firing' OR a.notified_at IS NOT NULL
           OR f.found_at < CAST(:moment AS timestamptz) - CAST(:told_within AS interval))
"""
_RESOLVED = f"""
    SELECT {FINGERPRINT} AS fingerprint, 'resolved' AS became, 'over' AS reason,
           coalesce((SELECT c.sentence FROM finding_changes c
                     WHERE c.finding_id = f.id AND c.became = 'over' ORDER BY c.id DESC LIMIT 1),
                    f.sentence) AS sentence,
           f.ended_at AS ends_at, CAST(NULL AS timestamptz) AS silenced_until
    {_ENDING}
      AND NOT EXISTS (SELECT 1 FROM findings o WHERE o.kind = f.kind AND o.system = f.system
                      AND o.subject = f.subject AND o.state = 'confirmed'
                      AND o.alerted_at IS NOT NULL)
"""
_LET_GO = f"UPDATE findings SET alerted_at = NULL WHERE id IN (SELECT f.id {_ENDING})"


@dataclass(frozen=True)
class Settled:
    """How many alerts began and ended, and how many wait for a window or another system."""

    fired: int
    resolved: int
    held_back: int


def settle(
    connection: Connection,
    environment: Environment,
    moment: datetime,
    actor: str,
    past: Iterable[int] = (),
) -> Settled:
    """Bring the alerts in line with the findings, in the caller's transaction.

    Running it again changes nothing; whatever was left undone by a killed round is done.
    `past` are findings that were over when they were written.
    """
    values = {"moment": moment, "told_within": TOLD_WITHIN, "past": list(past)}
    resolved = _apply(connection, move_all, _RESOLVED, values, actor)
    connection.execute(text(_LET_GO), values)
    held = hold_back(connection, environment, moment)
    values["too"] = json.dumps(too.words(connection))
    fired = _apply(connection, fire_all, _BEGIN, values, actor)
    connection.execute(text(_FIRED), values)
    _apply(connection, fire_all, _REWORD, values, actor)
    return Settled(fired, resolved, held)


def _apply(
    connection: Connection,
    writer: Callable[[Connection, str, Mapping[str, Any], str], int],
    rows: str,
    values: Mapping[str, Any],
    actor: str,
) -> int:
    """Write the rows, if there are any: most rounds have none, and make no temporary tables."""
    if connection.execute(text(f"SELECT EXISTS ({rows})"), values).scalar_one():
        return writer(connection, rows, values, actor)
    return 0
