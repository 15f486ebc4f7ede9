"""A finding as those read it who write to its owner or put things right after it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, text

from models.errors import ConfigurationError


@dataclass(frozen=True)
class Known:
    """One finding; see `models.findings.Finding`. `ended_at` is null until it is over."""

    id: int
    kind: str
    system: str
    subject: str
    state: str
    severity: str
    reason: str
    sentence: str
    numbers: Mapping[str, Any]
    began_at: datetime
    ended_at: datetime | None
    looked_until: datetime

    def lasted(self, moment: datetime) -> timedelta:
        """How long it lasts, or lasted."""
        return (self.ended_at or moment) - self.began_at


@dataclass(frozen=True)
class Seen:
    """One row of evidence, in words."""

    at: datetime
    origin: str
    reference: str
    sentence: str


_ONE = """
    SELECT id, kind, system, subject, state, severity, reason, sentence, numbers, began_at,
        CASE WHEN state = 'over' THEN ended_at END AS ended_at, looked_until
    FROM findings
"""
_NEAR = "SELECT id, system, kind FROM findings ORDER BY state = 'over', began_at DESC LIMIT 5"
_EVIDENCE = """
    SELECT at, origin, reference, sentence FROM finding_evidence
    WHERE finding_id = :id ORDER BY at, id
"""
_OPEN = " WHERE state <> 'over' AND system = ANY(:systems) ORDER BY began_at, id"


def finding(connection: Connection, identity: int) -> Known:
    """The finding of this number.

    Raises:
        ConfigurationError: there is none; names some that there are.
    """
    row = connection.execute(text(f"{_ONE} WHERE id = :id"), {"id": identity}).mappings().first()
    if row is not None:
        return Known(**row)
    some = ", ".join(
        f"{each.id} ({each.system} {each.kind})" for each in connection.execute(text(_NEAR))
    )
    raise ConfigurationError(
        f"Looking for the finding {identity}",
        "there is none of that number",
        f"`tereze failures list` shows them; the last ones are: {some or 'none'}",
    )


def open_findings(connection: Connection, systems: list[str]) -> list[Known]:
    """Those of these systems that are not over, the oldest first."""
    rows = connection.execute(text(_ONE + _OPEN), {"systems": systems}).mappings()
    return [Known(**row) for row in rows]


def evidence(connection: Connection, identity: int) -> list[Seen]:
    """What a finding rests on, in order of time."""
    rows = connection.execute(text(_EVIDENCE), {"id": identity}).mappings()
    return [Seen(**row) for row in rows]
