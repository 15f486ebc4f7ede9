"""A person resolves a case: what was done, and what follows for the step."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from flows.composite_services.assistance.following import Case, Following, How, following
from flows.composite_services.assistance.needed import open_moved
from flows.composite_services.loading import Loaded, locked
from flows.composite_services.status import StepChange, write
from models.environment.loader import Environment
from models.errors import ConfigurationError
from models.masking import Masker

_WHOSE = "SELECT application FROM assistance_cases WHERE id = :case"
_CASE = """
    SELECT id, application, step, kind, state, office, how, resolved_by, resolved_at
    FROM assistance_cases WHERE id = :case FOR UPDATE
"""
_SENT = """
    SELECT count(*) FROM composite_attempts
    WHERE application = :application AND step = :step AND does = 'call'
      AND outcome IS DISTINCT FROM 'not_sent'
"""
_CLOSE = """
    UPDATE assistance_cases SET state = 'resolved', how = :how, resolution = :resolution,
        answers = CAST(:answers AS jsonb), resolved_by = :actor, resolved_at = :moment
    WHERE id = :case
"""


@dataclass(frozen=True)
class Resolved:
    """What followed: the application's number, the step, and what it became."""

    case: int
    number: str
    step: str
    became: str
    sentence: str


def resolve(
    connection: Connection,
    environment: Environment,
    case: int,
    *,
    how: How,
    resolution: str,
    answers: Mapping[str, Any],
    actor: str,
    moment: datetime,
) -> Resolved:
    """A person says what was done, and the application goes on from that step.

    `how` is what follows: `go_on` (the body is asked, or the rest goes on without what was
    refused), `done` (with the results that later steps need in `answers`), `refused` (with
    `reason` and `grounds`), `again` (it is sent again: the body did not do it) or `drop`. Of an
    undo by a letter or of an incident: `done` (it was taken back), `again`, or `drop` (it stays).
    `resolution` says in words what was done. Of two people at once the second is told.

    Raises:
        ConfigurationError: no such case, it is closed, or `how` or `answers` do not fit it.
    """
    row, loaded = _locked(connection, case)
    _must_be_open(row, loaded.steps[row.step])
    if not resolution.strip():
        raise _wrong(case, "nothing says what was done", 'Give --resolution "…"')
    known = Case(row.kind, row.step, _sent(connection, row))
    follows = following(environment, loaded, known, how, resolution, answers, moment)
    values = {
        "case": case,
        "how": how,
        "resolution": resolution,
        "answers": json.dumps(dict(answers)) if answers else None,
        "actor": actor,
        "moment": moment,
    }
    connection.execute(text(_CLOSE), values)
    masked = Masker(environment.settings.identifiers).mask(resolution)
    written = write(
        connection,
        [_change(loaded.steps[row.step], follows)],
        actor,
        moment,
        action="composite.resolved",
        basis=masked,
        details={"case": case, "how": how, "step": row.step},
    )
    open_moved(connection, environment, written, moment)
    now = written.loaded[row.application]
    step = now.steps[row.step]
    return Resolved(case, now.row["number"], row.step, step["state"], step["sentence"])


def _locked(connection: Connection, case: int) -> tuple[Row[Any], Loaded]:
    """The case and its application; the application first, as everybody takes them."""
    application = connection.execute(text(_WHOSE), {"case": case}).scalar()
    if application is None:
        found = "there is no such case"
        raise _wrong(case, found, "`tereze assistance list` has the open ones")
    loaded = locked(connection, [application])[application]
    return connection.execute(text(_CASE), {"case": case}).one(), loaded


def _must_be_open(row: Row[Any], step: Mapping[str, Any]) -> None:
    if row.state == "withdrawn":
        raise _wrong(row.id, "it is no longer needed", "`tereze application show` tells why")
    if row.state == "resolved":
        when = f"{row.resolved_at:%Y-%m-%d %H:%M %Z}"
        found = f"{row.resolved_by} resolved it on {when} ({row.how})"
        raise _wrong(row.id, found, "`tereze assistance show` has what was done")
    if step["state"] not in ("person", "undoing"):
        found = f"the step has gone on by itself: it is {step['state']}"
        raise _wrong(row.id, found, "Nothing is to be done")


def _sent(connection: Connection, row: Row[Any]) -> bool:
    """Whether the step's request may have reached the body."""
    values = {"application": row.application, "step": row.step}
    return bool(connection.execute(text(_SENT), values).scalar_one())


def _change(step: Mapping[str, Any], follows: Following) -> StepChange:
    return StepChange(
        step["application"],
        step["step"],
        step["state"],
        follows.state,
        follows.reason,
        lease=step["lease"],
        next_at=follows.next_at,
        sets=follows.sets,
    )


def _wrong(case: int, found: str, next_step: str) -> ConfigurationError:
    return ConfigurationError(f"Resolving the case {case}", found, next_step)
