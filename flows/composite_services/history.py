"""The history of composite applications, tied to the audit trail batch by batch."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, text

from models import trail

# What is digested of a row; moments in UTC, so that it is the same in every session.
_DIGEST = """
    encode(sha256(convert_to(string_agg(jsonb_build_array(c.id, c.application, c.step, c.was,
        c.became, c.reason, c.sentence, c.actor,
        to_char(c.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'))::text,
        E'\\n' ORDER BY c.id), 'UTF8')), 'hex')
"""
# The trail's head is taken first: so a batch has its numbers for itself, without gaps for others.
_INSERT = f"""
    WITH head AS (SELECT 1 FROM audit_head WHERE one = 1 FOR UPDATE), c AS (
        INSERT INTO composite_changes
            (application, step, was, became, reason, sentence, actor, at)
        SELECT r.application, r.step, r.was, r.became, r.reason, r.sentence, :actor, :at
        FROM head CROSS JOIN ROWS FROM (jsonb_to_recordset(CAST(:rows AS jsonb)) AS (
            application bigint, step text, was text, became text, reason text, sentence text
        )) WITH ORDINALITY AS r
            (application, step, was, became, reason, sentence, place)
        ORDER BY r.place
        RETURNING *
    )
    SELECT min(c.id) AS first, max(c.id) AS last, count(*) AS changes, {_DIGEST} AS sha256 FROM c
"""
_BROKEN = f"""
    SELECT e.seq FROM audit_entries e
    LEFT JOIN LATERAL (
        SELECT count(*) AS changes, {_DIGEST} AS sha256 FROM composite_changes c
        WHERE c.id BETWEEN CAST(e.details->>'first' AS bigint)
            AND CAST(e.details->>'last' AS bigint)
    ) AS found ON true
    WHERE e.details ? 'first' AND e.details ? 'sha256' AND e.action LIKE 'composite.%'
        AND (found.sha256 IS DISTINCT FROM e.details->>'sha256'
            OR found.changes <> CAST(e.details->>'changes' AS bigint))
    ORDER BY e.seq
"""
# Batches and changes in one row of numbers: a change is covered by the batches that began before.
_LOOSE = """
    SELECT id FROM (
        SELECT id, is_change, max(last) OVER (ORDER BY id, is_change) AS covered FROM (
            SELECT CAST(details->>'first' AS bigint) AS id, false AS is_change,
                CAST(details->>'last' AS bigint) AS last
            FROM audit_entries WHERE action LIKE 'composite.%' AND details ? 'first'
            UNION ALL SELECT id, true, NULL FROM composite_changes
        ) AS numbered
    ) AS seen
    WHERE is_change AND coalesce(covered, 0) < id ORDER BY id LIMIT 100
"""


@dataclass
class Together:
    """Changes of several writings in one transaction, recorded as one batch at its end.

    Whoever records waits for the trail's head and keeps it until the commit, so that all others
    wait: what can be done before is done before.
    """

    rows: list[Mapping[str, Any]] = field(default_factory=list)
    numbers: set[str] = field(default_factory=set)

    def add(self, rows: Sequence[Mapping[str, Any]], numbers: Iterable[str]) -> None:
        """Keep changes, with the numbers of the applications that were looked at."""
        self.rows += rows
        self.numbers.update(numbers)

    def record(self, connection: Connection, actor: str, at: datetime) -> None:
        """Append them; nothing where there are none. To be called last."""
        if self.rows:
            subject = subject_of(self.numbers)
            record(
                connection, self.rows, actor=actor, at=at, action="composite.carried",
                subject=subject,
            )  # fmt: skip


def subject_of(numbers: Collection[str]) -> str:
    """What an entry of the audit trail over these applications is about."""
    if len(numbers) == 1:
        return f"application:{next(iter(numbers))}"
    return f"{len(numbers)} applications"


def record(
    connection: Connection,
    rows: Sequence[Mapping[str, Any]],
    *,
    actor: str,
    at: datetime,
    action: str,
    subject: str,
    basis: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Append changes, and one entry of the audit trail over all of them.

    `rows` have application, step (null: the whole), was, became, reason and sentence. `action`
    begins with `composite.`; `details` come beside the numbers and the digest. Writers queue
    here until the caller commits: to be called last.
    """
    written = connection.execute(
        text(_INSERT), {"rows": orjson.dumps(list(rows)).decode(), "actor": actor, "at": at}
    ).one()
    trail.record(
        connection,
        actor=actor,
        action=action,
        subject=subject,
        basis=basis,
        details={**(details or {}), **written._mapping},
    )


def broken(connection: Connection) -> list[str]:
    """What is wrong with the history, in sentences; nothing where every batch is as it was."""
    entries = connection.execute(text(_BROKEN)).scalars()
    loose = connection.execute(text(_LOOSE)).scalars()
    return [
        *(f"The changes that audit entry {seq} speaks of are not as they were" for seq in entries),
        *(f"Change {number} is in no batch of the audit trail" for number in loose),
    ]
