"""The rows of attempts: the intent before the call, what came of it after."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, text

from connectors.calling import Copy, Reply, Request, Untrusted, named
from flows.composite_services.engine.calls import Answered
from flows.composite_services.engine.decisions import Came, Does

_INTEND = """
    INSERT INTO composite_attempts
        (application, step, does, system, lease, worker, began_at, shared)
    SELECT r.application, r.step, r.does, r.system, r.lease, :worker, :at, r.shared
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r
        (application bigint, step text, does text, system text, lease bigint, shared jsonb)
    RETURNING lease, id
"""
_CAME = """
    UPDATE composite_attempts a SET ended_at = r.ended_at, outcome = r.outcome, code = r.code,
        sentence = r.sentence, asked = r.asked, asked_sha256 = r.asked_sha256,
        answered = r.answered, answered_sha256 = r.answered_sha256
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (id bigint, ended_at timestamptz,
        outcome text, code text, sentence text, asked text, asked_sha256 text, answered text,
        answered_sha256 text)
    WHERE a.id = r.id
"""


@dataclass(frozen=True)
class Wanted:
    """A call that is about to be intended. `tries` says that it tries a system that failed."""

    application: int
    step: str
    does: Does
    system: str
    lease: int
    request: Request
    shared: Sequence[str]
    sent_at: datetime
    tries: bool = False


def intend(
    connection: Connection, wanted: Sequence[Wanted], worker: str, at: datetime
) -> dict[int, int]:
    """Write the intents; answers the number of each by its lease."""
    if not wanted:
        return {}
    rows = [
        {
            "application": each.application,
            "step": each.step,
            "does": each.does,
            "system": each.system,
            "lease": each.lease,
            "shared": each.shared,
        }
        for each in wanted
    ]
    values = {"rows": orjson.dumps(rows).decode(), "worker": worker, "at": at}
    return {row.lease: row.id for row in connection.execute(text(_INTEND), values)}


def keep(connection: Connection, ended: Sequence[tuple[Answered, Came]]) -> None:
    """Write what came of the calls, with their copies: also of those that came too late."""
    rows = orjson.dumps([_row(answered, came) for answered, came in ended]).decode()
    connection.execute(text(_CAME), {"rows": rows})


def _row(answered: Answered, came: Came) -> dict[str, Any]:
    reply = answered.came
    code = reply.code if isinstance(reply, Reply) else None
    asked = reply.asked if isinstance(reply, Reply) else None
    answer = reply.answered if isinstance(reply, Reply | Untrusted) else None
    return {
        "id": answered.intent.attempt,
        "ended_at": answered.at,
        "outcome": came.outcome,
        "code": code and named(code),
        "sentence": came.difference and printable(came.difference),
        "asked": _text(asked),
        "asked_sha256": asked and asked.sha256,
        "answered": _text(answer),
        "answered_sha256": answer and answer.sha256,
    }


def _text(copy: Copy | None) -> str | None:
    return None if copy is None else printable(copy.text)


def printable(words: str) -> str:
    """The words as the database can keep them; the digest is of what really came."""
    return words.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
