"""What a person makes of a candidate: one step of the workflow, with history and audit entry."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from flows.hidden_services.candidates import calibrate, state
from flows.hidden_services.candidates.news import members
from flows.hidden_services.candidates.state import MOVES, Step
from flows.hidden_services.draft import draft
from flows.hidden_services.listing import history, no_such
from models import trail
from models.environment.loader import Environment
from models.errors import ConfigurationError
from models.errors import Overtaken as Overtaken
from models.masking import Masker

NEEDS_A_CODE = ("entered", "renamed")
"""The register's code belongs to these: of the new entry, or of the one it is another name of."""


@dataclass(frozen=True)
class Decision:
    """To which state, and why; `seen` is the revision that the decision was made on.

    `service` is the register's code, needed for `entered` and `renamed`.
    """

    to: str
    why: str
    seen: int | None = None
    service: str | None = None


@dataclass(frozen=True)
class Decided:
    """What became of the candidate; `draft` is the register entry's YAML, where one was made."""

    candidate: int
    was: str
    became: str
    revision: int
    calibrated_on: int
    draft: str | None = None


def decide(
    connection: Connection,
    environment: Environment,
    candidate: int,
    decision: Decision,
    *,
    actor: str,
    now: datetime | None = None,
) -> Decided:
    """Move a candidate one step, in the caller's transaction.

    Who decides second, on a state that is no longer so, is told what happened and changes nothing.

    Raises:
        ConfigurationError: no such candidate or state, no reason, no code where one is needed.
        Overtaken: it is not, or no longer, in a state for this step; or not as it was seen.
    """
    masker = Masker(environment.settings.identifiers)
    why = masker.mask(decision.why.strip())
    row = _held(connection, candidate)
    _check(connection, row, decision, why)
    service = _code(environment, row, decision)
    step = Step(decision.to, "decided", why, actor, now or datetime.now(UTC))
    state.move(connection, [candidate], step, service)
    written = _drafted(connection, row, service) if decision.to == "entered" else None
    curve = calibrate.decided(connection, environment.hidden_services.shrinkage)
    calibrate.apply(connection, curve)
    trail.record(
        connection,
        actor=actor,
        action=f"candidate.{decision.to}",
        subject=f"candidate/{candidate}",
        details={"was": row.state, "why": why, "service": service},
    )
    return Decided(candidate, row.state, decision.to, row.revision + 1, curve.decisions, written)


def _held(connection: Connection, candidate: int) -> Row[Any]:
    row = connection.execute(
        text("""
            SELECT id, state, revision, names, service FROM candidates WHERE id = :id FOR UPDATE
        """),
        {"id": candidate},
    ).one_or_none()
    if row is None:
        raise no_such(candidate)
    return row


def _check(connection: Connection, row: Row[Any], decision: Decision, why: str) -> None:
    tried = f"Moving the candidate {row.id} to {decision.to}"
    if decision.to not in MOVES or decision.to == "new":
        allowed = ", ".join(each for each in MOVES if each != "new")
        raise ConfigurationError(tried, "there is no such decision", f"Give one of {allowed}")
    if not why:
        raise ConfigurationError(tried, "no reason is given", "Say why, in a few words")
    last = _last(connection, row.id)
    if decision.seen is not None and decision.seen != row.revision:
        raise Overtaken(tried, f"it is not as you saw it: {last}", "Look at it again, then decide")
    if decision.to not in MOVES[row.state]:
        may = ", ".join(MOVES[row.state])
        raise Overtaken(tried, f"it is {row.state}: {last}", f"From there it may become {may}")


def _last(connection: Connection, candidate: int) -> str:
    step = history(connection, candidate)[-1]
    at = f"{step['at']:%Y-%m-%d %H:%M}"
    words = "" if step["was"] is None else f": {step['sentence']}"
    return f"{step['actor']} made it {step['became']} at {at}{words}"


def _code(environment: Environment, row: Row[Any], decision: Decision) -> str | None:
    """The register's code that goes with the decision."""
    if decision.to not in NEEDS_A_CODE:
        return None
    code = decision.service or (row.service if decision.to == "renamed" else None)
    tried = f"Moving the candidate {row.id} to {decision.to}"
    if code is None:
        raise ConfigurationError(
            tried, "the register's code is not given", "Give it with --service CODE"
        )
    pattern = environment.settings.service_code
    if pattern is not None and re.fullmatch(pattern, code) is None:
        raise ConfigurationError(
            tried, f"{code!r} is no code of a service", f"It matches {pattern}"
        )
    return code


def _drafted(connection: Connection, row: Row[Any], code: str | None) -> str:
    assert code is not None, "`_code` asks for it"
    observed = members(connection, [row.id]).get(row.id, [])
    written = draft(code, row.names, row.id, observed)
    connection.execute(
        text("UPDATE candidates SET draft = :draft WHERE id = :id"),
        {"draft": written, "id": row.id},
    )
    return written
