"""Findings as people read them: lists, and one with all that is known of it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from flows.alerts.naming import snake
from flows.failures.alerting import FINGERPRINT, NAMES
from models.errors import ConfigurationError

MOST = 500

_LIST = """
    SELECT f.id, f.kind, f.system, f.subject, f.state, f.severity, f.reason, f.sentence,
           f.began_at, f.ended_at, f.again, f.held_back, f.held_back_by, f.alerted_at
    FROM findings f
    WHERE (:every OR f.state <> 'over') AND (CAST(:system AS text) IS NULL OR f.system = :system)
    ORDER BY f.state = 'over', f.state = 'suspected', f.began_at DESC, f.id DESC LIMIT :limit
"""
_ONE = f"""
    SELECT f.*, a.fingerprint, a.state AS alert_state FROM findings f
    LEFT JOIN alerts a ON a.fingerprint = {FINGERPRINT} WHERE f.id = :id
"""
_HISTORY = """
    SELECT as_of, was, became, reason, sentence, actor FROM finding_changes
    WHERE finding_id = :id ORDER BY id
"""
_EVIDENCE = """
    SELECT at, origin, reference, sentence, values FROM finding_evidence
    WHERE finding_id = :id ORDER BY at, id
"""


@dataclass(frozen=True)
class Shown:
    """One finding whole: its row, the alert's name and runbook, its history, its evidence."""

    finding: dict[str, Any]
    alert: str
    runbook: str
    history: list[dict[str, Any]]
    evidence: list[dict[str, Any]]


def listed(
    connection: Connection, *, every: bool = False, system: str | None = None, limit: int = MOST
) -> list[dict[str, Any]]:
    """Findings that go on, or all: confirmed first, then suspected, the newest first."""
    values = {"every": every, "system": system, "limit": limit}
    return [dict(row) for row in connection.execute(text(_LIST), values).mappings()]


def shown(connection: Connection, identity: int, runbooks: str) -> Shown:
    """One finding with everything; `runbooks` is where links to them lead.

    Raises:
        ConfigurationError: there is no finding of this number.
    """
    row = connection.execute(text(_ONE), {"id": identity}).mappings().one_or_none()
    if row is None:
        raise ConfigurationError(
            f"Looking for the finding {identity}",
            "there is none of this number",
            "`tereze failures list --all` shows the numbers",
        )
    name = NAMES[row["kind"]]
    return Shown(
        finding=dict(row),
        alert=name,
        runbook=f"{runbooks.rstrip('/')}/{snake(name)}.md",
        history=_rows(connection, _HISTORY, identity),
        evidence=_rows(connection, _EVIDENCE, identity),
    )


def held_back_words(why: str | None, by: str | None) -> str | None:
    """Why the alert of a finding does not fire, in words; None where nothing keeps it."""
    if why is None:
        return None
    if why == "maintenance":
        return f"in maintenance until {by}"
    if why == "inhibited":
        return f"finding {by} explains it"
    return f"{by} tells the same"


def _rows(connection: Connection, statement: str, identity: int) -> list[dict[str, Any]]:
    rows = connection.execute(text(statement), {"id": identity}).mappings()
    return [dict(row) for row in rows]
