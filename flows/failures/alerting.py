"""The alerts of findings: only what is confirmed fires, only what has fired is resolved."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, text

from flows.alerts.fingerprint import fingerprint_sql
from flows.alerts.state import fire_all, move_all
from flows.delays.looking import TELLS_OF_DELAYS
from flows.failures.maintenance import window
from flows.failures.verdict import Kind
from models.environment.dependencies import needed_by
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
           f.began_at AS starts_at, f.sentence,
           coalesce((SELECT jsonb_object_agg(key, value)
                     FROM jsonb_each_text(jsonb_strip_nulls(f.numbers))), '{{}}')
               || jsonb_build_object('finding', f.id::text) AS annotations
    FROM findings f
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
          IS DISTINCT FROM (f.severity, f.sentence, f.began_at)
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

_WAITING = """
    SELECT id, kind, system, subject, looked_until, held_back, held_back_by FROM findings
    WHERE state = 'confirmed' AND alerted_at IS NULL ORDER BY id
"""
# Down, or good again only since a look that is no older than the newest of who depends on it.
_PARENT = """
    SELECT id FROM findings
    WHERE kind = 'down' AND system = ANY(:systems) AND confirmed_at IS NOT NULL
      AND (state = 'confirmed' OR (state = 'over' AND looked_until >= :looked_until))
    ORDER BY began_at, id LIMIT 1
"""


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
    held = _hold_back(connection, environment, moment)
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


def _hold_back(connection: Connection, environment: Environment, moment: datetime) -> int:
    """Write of each finding whose alert has not fired why it must not yet, if so."""
    waiting = connection.execute(text(_WAITING)).all()
    held = 0
    changed: list[dict[str, Any]] = []
    for finding in waiting:
        why, by = _why(connection, environment, finding, moment)
        held += why is not None
        if (why, by) != (finding.held_back, finding.held_back_by):
            changed.append({"id": finding.id, "why": why, "by": by})
    if changed:
        statement = "UPDATE findings SET held_back = :why, held_back_by = :by WHERE id = :id"
        connection.execute(text(statement), changed)
    return held


def _why(
    connection: Connection, environment: Environment, finding: Row[Any], moment: datetime
) -> tuple[str | None, str | None]:
    if _told_by_delays(environment, finding):
        return "told_by", "SourceStale"
    system = environment.systems.get(finding.system)
    if system is None:
        return None, None
    timezone = environment.settings.timezone
    if (now := window(system.maintenance, timezone, moment)) is not None:
        return "maintenance", now.ends.astimezone(ZoneInfo(timezone)).isoformat()
    if needed := needed_by(environment.systems, finding.system):
        values = {"systems": sorted(needed), "looked_until": finding.looked_until}
        parent = connection.execute(text(_PARENT), values).scalar()
        if parent is not None:
            return "inhibited", str(parent)
    return None, None


def _told_by_delays(environment: Environment, finding: Row[Any]) -> bool:
    """Whether the check of the delays tells the same: that a source was not pulled in time."""
    if finding.kind != "not_looked_at" or not finding.subject.startswith("source:"):
        return False
    source = environment.sources.get(finding.subject.removeprefix("source:"))
    return source is not None and source.dataset in TELLS_OF_DELAYS
