"""Withdraw an application: what was not sent is dropped, what was done is taken back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from flows.composite_services.assistance.needed import case_for, open_moved
from flows.composite_services.assistance.opening import open_cases, withdraw
from flows.composite_services.engine.transitions import IN_DOUBT
from flows.composite_services.loading import Loaded, Row, locked
from flows.composite_services.status import StepChange, write
from flows.composite_services.undoing.preview import Meant, fate_of, maybe_done, preview
from models.environment.composite_steps import CallStep, SendStep
from models.environment.loader import Environment
from models.errors import ConfigurationError
from models.masking import Masker

UNKNOWN = "unknown_whether_done"
_FIND = "SELECT id FROM composite_applications WHERE number = :number"
_CANCEL = "UPDATE composite_applications SET undo_from = :moment WHERE id = :id"


@dataclass(frozen=True)
class Cancelled:
    """What it means, step by step, and how the application stands now."""

    number: str
    state: str
    sentence: str
    meant: list[Meant]


def known(connection: Connection, number: str) -> int | None:
    """The id of the composite application with this number; None where there is none."""
    found = connection.execute(text(_FIND), {"number": number}).scalar()
    return None if found is None else int(found)


def find(connection: Connection, number: str) -> int:
    """The id of the composite application with this number.

    Raises:
        ConfigurationError: there is none.
    """
    found = known(connection, number)
    if found is None:
        raise ConfigurationError(
            f"Looking for the application {number}",
            "no composite application has this number",
            "Check it: its last digit is a check digit",
        )
    return found


def cancel(
    connection: Connection,
    environment: Environment,
    number: str,
    *,
    reason: str,
    actor: str,
    moment: datetime,
) -> Cancelled:
    """Withdraw the application, in the caller's transaction.

    What was never sent is dropped, and its cases are withdrawn. What is out is awaited, or asked
    for at once, and then taken back like what is done: the last that ended first, one at a time.
    `reason` is kept as the basis in the audit trail. Meanwhile the rest is the engine's.

    Raises:
        ConfigurationError: no such application, it has ended, it is being cancelled already, or
            there is no reason.
    """
    loaded = locked(connection, [find(connection, number)])
    each = next(iter(loaded.values()))
    _must_run(each, reason)
    language = environment.settings.languages[0]
    meant = preview(connection, each, language)
    identity = each.row["id"]
    connection.execute(text(_CANCEL), {"id": identity, "moment": moment})
    changes = list(_changes(connection, each, moment))
    for change in changes:
        if change.became == "dropped":
            withdraw(connection, identity, change.step, reason="cancelled", moment=moment)
    unknown = [each.step for each in changes if each.reason == UNKNOWN]
    cases = [case_for(environment, each, step, "assistance", UNKNOWN) for step in unknown]
    open_cases(connection, environment, cases, moment)
    written = write(
        connection,
        changes,
        actor,
        moment,
        applications=[identity],
        action="composite.cancelled",
        basis=Masker(environment.settings.identifiers).mask(reason),
    )
    open_moved(connection, environment, written, moment)
    now = written.loaded[identity].row
    return Cancelled(number, now["state"], now["sentence"], meant)


def _must_run(loaded: Loaded, reason: str) -> None:
    row = loaded.row
    found = None
    if row["state"] == "ended":
        found, right = f"it has ended: {row['outcome']}", "What is done is not taken back any more"
    elif row["undo_from"] is not None:
        found = f"it is being taken back since {row['undo_from']:%Y-%m-%d %H:%M %Z}"
        right = "`tereze application show` tells how far that is"
    elif not reason.strip():
        found, right = "nothing says why", 'Give --reason "…"'
    if found is not None:
        raise ConfigurationError(f"Cancelling the application {row['number']}", found, right)


def _changes(connection: Connection, loaded: Loaded, moment: datetime) -> Iterator[StepChange]:
    """What the machine does not drop by itself, and questions that are asked at once."""
    maybe = maybe_done(connection, loaded.row["id"])
    for name, row in loaded.steps.items():
        if row["lease"] is not None:
            continue  # a call is out, and what comes of it decides
        fate = fate_of(loaded, name, sent=name in maybe)
        state = row["state"]
        if fate == "dropped" and state in ("person", "waiting"):
            yield _becomes(row, "dropped", "cancelled")
        elif fate == "with_staff" and state != "person":
            yield _becomes(row, "person", UNKNOWN)
        elif fate == "awaited" and state in ("ready", "held"):
            yield _becomes(row, "waiting", IN_DOUBT, moment)
        elif state == "waiting" and _can_be_asked(loaded, name):
            yield _becomes(row, "waiting", row["reason"], moment)


def _becomes(row: Row, state: str, reason: str, next_at: datetime | None = None) -> StepChange:
    return StepChange(row["application"], row["step"], row["state"], state, reason, next_at=next_at)


def _can_be_asked(loaded: Loaded, name: str) -> bool:
    step = loaded.step(name)
    return isinstance(step, CallStep | SendStep) and step.ask is not None
