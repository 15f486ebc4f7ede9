"""What the database has of one composite application, beside its steps."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, text

from flows.composite_services.engine.transitions import TRIED

Rows = list[dict[str, Any]]

_PARTS = {
    "history": "SELECT at, step, was, became, reason, sentence, actor FROM composite_changes"
    " WHERE application = :id ORDER BY id",
    "attempts": "SELECT id, step, does, system, began_at, ended_at, outcome, code, sentence,"
    " shared, asked_sha256, answered_sha256 FROM composite_attempts"
    " WHERE application = :id ORDER BY id",
    "call_backs": "SELECT received_at, step, outcome, sentence, body_sha256"
    " FROM composite_call_backs WHERE application = :id ORDER BY id",
    "cases": "SELECT id, step, kind, office, state, missing, todo, opened_at, due_at, how,"
    " resolution, resolved_by, resolved_at FROM assistance_cases"
    " WHERE application = :id ORDER BY id",
}
_ORGANISATIONS = """
    SELECT code, names FROM organisations UNION ALL SELECT code, names FROM offices
"""
_APPLICANT = "SELECT applicant, origin, ended_at FROM composite_applications WHERE id = :id"


def parts(connection: Connection, application: int) -> dict[str, Rows]:
    """History, attempts (their digests, not their texts), call-backs and cases.

    A held step that tried whether its system is back, and was not answered, has not changed: that
    is among the attempts, and not in the history.
    """
    wanted = {"id": application}
    found = {
        name: [dict(row) for row in connection.execute(text(query), wanted).mappings()]
        for name, query in _PARTS.items()
    }
    return found | {"history": list(_without_tries(found["history"]))}


def _without_tries(history: Rows) -> Iterator[dict[str, Any]]:
    stood: dict[str | None, str] = {}
    for row in history:
        still_held = row["became"] == "held" == stood.get(row["step"]) and row["was"] == "calling"
        if row["reason"] == TRIED or still_held:
            continue
        stood[row["step"]] = row["became"]
        yield row


def applicant(connection: Connection, application: int) -> dict[str, Any]:
    """Who applied, how, and when it ended."""
    return dict(connection.execute(text(_APPLICANT), {"id": application}).mappings().one())


def names_of_offices(connection: Connection) -> dict[str, dict[str, str]]:
    """The names of bodies and offices by code, in each language."""
    return {row.code: row.names for row in connection.execute(text(_ORGANISATIONS))}
