"""Receive a call-back: matched by its address, read, and taken, kept or recorded; never lost."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Engine, text

from flows.composite_services.assistance.needed import case_for
from flows.composite_services.assistance.opening import open_cases, withdraw
from flows.composite_services.call_backs.reading import parsed, read
from flows.composite_services.engine.attempts import printable
from flows.composite_services.engine.changes import change_of, tried_of
from flows.composite_services.engine.decisions import Came, Decision, decide
from flows.composite_services.loading import Loaded, Row, locked
from flows.composite_services.status import ACTOR, write
from models.environment.loader import Environment

LONGEST = 1_000_000
"""Bytes of a call-back that is read."""
KEPT = 10_000
"""Letters that are kept of one that nobody awaits: anybody can send those."""

Outcome = Literal["taken", "early", "again", "late", "unknown", "misfit", "refused"]

_STEP = "SELECT application, step FROM composite_steps WHERE reply_token = :token"
# Asked when the application is locked: of two at the same moment the second comes after.
_BEFORE = """
    SELECT EXISTS (SELECT FROM composite_call_backs WHERE application = :application
        AND step = :step AND body_sha256 = :digest AND outcome IN ('taken', 'early', 'misfit'))
"""
_KEEP = """
    INSERT INTO composite_call_backs
        (received_at, application, step, outcome, sentence, body, body_sha256)
    VALUES (:at, :application, :step, :outcome, :sentence, :body, :digest)
"""
SENTENCES: dict[Outcome, str] = {
    "taken": "It moved the step on",
    "early": "The step is still being sent; it is used when the answer is in",
    "again": "The same came before",
    "late": "The step had ended",
    "unknown": "No step has this address",
    "misfit": "It does not fit the definition",
    "refused": "It is not JSON",
}


@dataclass(frozen=True)
class Received:
    """What became of a call-back."""

    outcome: Outcome


def receive(
    engine: Engine, environment: Environment, token: str, body: bytes, at: datetime
) -> Received:
    """Take a call-back that came to the address of `token`, in one transaction.

    One for a step whose call is still out is kept until that has been answered; one that says
    what is known already, or that comes when the step has ended, is recorded and changes nothing.
    """
    with engine.begin() as connection:
        step = connection.execute(text(_STEP), {"token": token}).one_or_none()
        if step is None:
            return _kept(connection, None, None, "unknown", body, at)
        loaded = locked(connection, [step.application])[step.application]
        return _known(connection, environment, loaded, step.step, body, at)


def _known(
    connection: Connection,
    environment: Environment,
    loaded: Loaded,
    step: str,
    body: bytes,
    at: datetime,
) -> Received:
    row = loaded.steps[step]
    found: Outcome | None = _standing(connection, row, body)
    difference = None
    if found is None:
        try:
            document = parsed(body)
        except ValueError:
            found = "refused"
        else:
            if row["state"] == "calling":
                found = "early"
            else:
                came = read(loaded, step, document)
                found = "misfit" if came.outcome == "misfit" else "taken"
                difference = came.difference
                _move(connection, environment, loaded, step, came, at)
    return _kept(connection, row["application"], step, found, body, at, difference)


def _standing(connection: Connection, row: Row, body: bytes) -> Outcome | None:
    """What a call-back is by how its step stands, whatever it says; None: it has to be read."""
    values = {"application": row["application"], "step": row["step"], "digest": _digest(body)}
    if connection.execute(text(_BEFORE), values).scalar():
        return "again"
    if row["state"] in ("calling", "waiting", "ready", "held", "person"):
        return None if row["sent_at"] is not None else "late"
    return "late"


def _move(
    connection: Connection,
    environment: Environment,
    loaded: Loaded,
    step: str,
    came: Came,
    at: datetime,
) -> None:
    """Move the step by what was said: also one in doubt, and one that a person was to look at."""
    row = loaded.steps[step]
    was = row["state"]
    if was == "person" and came.outcome not in ("done", "refused"):
        return  # somebody looks into it already; this does not settle it
    tried = tried_of(
        row, "call", at, row["attempts"], environment.settings.composite_services.lease
    )
    decision: Decision = decide(loaded.step(step), tried, came)
    written = write(connection, [change_of(row, decision)], ACTOR, at, loaded=_one(loaded))
    key = (row["application"], step)
    if decision.case is None:
        if was == "person":
            withdraw(connection, *key, reason="The body told by a call-back", moment=at)
    elif key in written.took:
        reason, difference = decision.reason, came.difference
        case = case_for(environment, loaded, step, decision.case, reason, difference)
        open_cases(connection, environment, [case], at)


def _one(loaded: Loaded) -> dict[int, Loaded]:
    return {loaded.row["id"]: loaded}


def _kept(
    connection: Connection,
    application: int | None,
    step: str | None,
    outcome: Outcome,
    body: bytes,
    at: datetime,
    difference: str | None = None,
) -> Received:
    words = SENTENCES[outcome] + (f": {difference}" if difference else "")
    whole = outcome in ("taken", "early", "misfit")
    shown = printable(body.decode("utf-8", "replace"))
    values: dict[str, Any] = {
        "at": at,
        "application": application,
        "step": step,
        "outcome": outcome,
        "sentence": words,
        "body": shown if whole else shown[:KEPT],
        "digest": _digest(body),
    }
    connection.execute(text(_KEEP), values)
    return Received(outcome)


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
