"""Write candidates and their facts; states are moved by `state` alone."""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from flows.hidden_services.candidates.facts import Facts
from flows.hidden_services.observed import Key

_COLUMNS = {
    "kind": "text",
    "names": "jsonb",
    "registered": "boolean",
    "service": "text",
    "organisations": "text[]",
    "regions": "text[]",
    "p_service": "float",
    "p_absent": "float",
    "score": "float",
    "why": "text",
    "signs": "jsonb",
    "nearest": "jsonb",
    "evidence": "jsonb",
    "volume": "bigint",
    "recipients": "bigint",
    "first_seen": "timestamptz",
    "last_seen": "timestamptz",
}
_LISTED = ", ".join(_COLUMNS)
# What a person decided stays: the kind and the code that a decision rests on are not rewritten.
_KEPT = "CASE WHEN c.state IN ('new', 'under_review') THEN excluded.{0} ELSE c.{0} END"
_WRITE = f"""
    INSERT INTO candidates AS c (id, {_LISTED}, probability, found_at, changed_at)
    SELECT id, {_LISTED}, score, CAST(:as_of AS timestamptz), CAST(:as_of AS timestamptz)
    FROM jsonb_to_recordset(CAST(:rows AS jsonb))
        AS r (id bigint, {", ".join(f"{n} {kind}" for n, kind in _COLUMNS.items())})
    ON CONFLICT (id) DO UPDATE SET kind = {_KEPT.format("kind")},
        service = {_KEPT.format("service")},
        {", ".join(f"{n} = excluded.{n}" for n in _COLUMNS if n not in ("kind", "service"))}
"""


def new_ids(connection: Connection, count: int) -> list[int]:
    """Numbers for so many new candidates."""
    rows = connection.execute(
        text("""
            SELECT nextval(pg_get_serial_sequence('candidates', 'id'))
            FROM generate_series(1, :count)
        """),
        {"count": count},
    )
    return [int(row[0]) for row in rows]


def write(connection: Connection, facts: Mapping[int, Facts], as_of: datetime) -> None:
    """Insert or update candidates by their numbers; those the register has are left alone."""
    rows = [_row(identity, each) for identity, each in facts.items() if each.kind is not None]
    if rows:
        connection.execute(text(_WRITE), {"rows": json.dumps(rows), "as_of": as_of})


def _row(identity: int, facts: Facts) -> dict[str, Any]:
    row = dataclasses.asdict(facts) | {"id": identity, "registered": False}
    for moment in ("first_seen", "last_seen"):
        row[moment] = row[moment].isoformat() if row[moment] else None
    return row


def belong(connection: Connection, members: Sequence[tuple[Key, int]]) -> None:
    """Write which candidate observations belong to."""
    rows = [
        {"system": key[0], "kind": key[1], "code": key[2], "candidate": identity}
        for key, identity in members
    ]
    connection.execute(
        text("""
            UPDATE function_judgements j SET candidate_id = r.candidate
            FROM jsonb_to_recordset(CAST(:rows AS jsonb))
                AS r (system text, kind text, code text, candidate bigint)
            WHERE (j.system, j.kind, j.code) = (r.system, r.kind, r.code)
        """),
        {"rows": json.dumps(rows)},
    )


def grown(connection: Connection) -> list[int]:
    """Bring counts and times up to date in one statement; answers the candidates that moved."""
    rows = connection.execute(
        text("""
            UPDATE candidates c SET volume = m.volume, recipients = m.recipients,
                first_seen = m.first_seen, last_seen = m.last_seen
            FROM (
                SELECT j.candidate_id AS id, max(o.volume) AS volume,
                    max(o.recipients) AS recipients, min(o.first_seen) AS first_seen,
                    max(o.last_seen) AS last_seen
                FROM function_judgements j JOIN observed_functions o USING (system, kind, code)
                WHERE j.candidate_id IS NOT NULL GROUP BY j.candidate_id) m
            WHERE c.id = m.id AND NOT c.registered
              AND (c.volume, c.recipients, c.first_seen, c.last_seen)
                  IS DISTINCT FROM (m.volume, m.recipients, m.first_seen, m.last_seen)
            RETURNING c.id
        """)
    )
    return [int(row[0]) for row in rows]
