"""A person wants an application to go on now: what waits for its next question is due at once."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection

from flows.composite_services.loading import Loaded, locked
from flows.composite_services.status import StepChange, write
from flows.composite_services.undoing.cancel import find
from models import trail
from models.environment.composite_steps import CallStep, SendStep
from models.environment.loader import Environment
from models.errors import ConfigurationError
from models.masking import Masker


def resume(
    connection: Connection,
    environment: Environment,
    number: str,
    *,
    reason: str,
    actor: str,
    moment: datetime,
) -> int:
    """Make due now whatever waits for its next try or question; answers how many steps.

    Nothing is sent twice by this: what is out, held, with a person or awaited by a call-back
    alone stays as it is. An entry of the audit trail, with `reason` as its basis.

    Raises:
        ConfigurationError: no such application, or it has ended.
    """
    loaded = next(iter(locked(connection, [find(connection, number)]).values()))
    if loaded.row["state"] == "ended":
        found = f"it has ended: {loaded.row['outcome']}"
        raise ConfigurationError(f"Going on with {number}", found, "Nothing is to be done")
    changes = list(due_now(loaded, moment))
    write(connection, changes, actor, moment)
    trail.record(
        connection,
        actor=actor,
        action="composite.resumed",
        subject=f"application:{number}",
        basis=Masker(environment.settings.identifiers).mask(reason),
        details={"steps": [change.step for change in changes]},
    )
    return len(changes)


def due_now(loaded: Loaded, moment: datetime) -> Iterator[StepChange]:
    """What `resume` would make due, and that it is so for now."""
    for name, row in loaded.steps.items():
        if row["lease"] is not None or row["next_at"] is None or row["next_at"] <= moment:
            continue
        step, state = loaded.step(name), row["state"]
        asks = isinstance(step, CallStep | SendStep) and step.ask is not None
        if state == "ready" or (state == "waiting" and asks):
            yield StepChange(row["application"], name, state, state, row["reason"], next_at=moment)
