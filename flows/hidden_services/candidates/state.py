"""The one writer of a candidate's state: every change with its history row, at once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

OPEN = ("new", "under_review", "confirmed", "proposed")
DECIDED = ("entered", "renamed", "internal", "rejected")
MOVES: dict[str, tuple[str, ...]] = {
    "new": ("under_review", "renamed", "internal", "rejected"),
    "under_review": ("confirmed", "renamed", "internal", "rejected"),
    "confirmed": ("proposed", "under_review", "renamed", "internal", "rejected"),
    "proposed": ("entered", "confirmed", "renamed", "rejected"),
    "entered": ("under_review",),
    "renamed": ("under_review",),
    "internal": ("under_review",),
    "rejected": ("under_review",),
}
"""What a person may make of a candidate; the jobs may also raise a decided one again as new."""


@dataclass(frozen=True)
class Step:
    """A change of state: to what, by which code of a reason, in which words, by whom."""

    became: str
    reason: str
    sentence: str
    actor: str
    as_of: datetime


_BEGIN = """
    INSERT INTO candidate_changes (candidate_id, was, became, reason, sentence, actor, as_of)
    SELECT id, NULL, 'new', 'found', why, :actor, :as_of FROM candidates WHERE id = ANY(:ids)
"""
_MOVE = """
    WITH moved AS (
        UPDATE candidates c SET state = :became, reason = :reason, sentence = :sentence,
            revision = c.revision + 1, changed_at = :as_of, decided_on = c.evidence,
            service = coalesce(CAST(:service AS text), c.service)
        FROM (SELECT id, state FROM candidates WHERE id = ANY(:ids) ORDER BY id FOR UPDATE) AS old
        WHERE c.id = old.id AND old.state <> :became
        RETURNING c.id, old.state AS was
    )
    INSERT INTO candidate_changes (candidate_id, was, became, reason, sentence, actor, as_of)
    SELECT id, was, :became, :reason, :sentence, :actor, :as_of FROM moved
"""


def begin(connection: Connection, ids: list[int], actor: str, as_of: datetime) -> None:
    """Write the first line of the history of new candidates."""
    connection.execute(text(_BEGIN), {"ids": ids, "actor": actor, "as_of": as_of})


def move(connection: Connection, ids: list[int], step: Step, service: str | None = None) -> int:
    """Move candidates to a state, and answer how many were not in it yet.

    The evidence as it is now is remembered with the step: they are not raised again for it.
    """
    values = {"ids": ids, "service": service, **step.__dict__}
    return connection.execute(text(_MOVE), values).rowcount
