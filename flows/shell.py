"""What every Prefect flow here has around its rule: environment, database, masking, an outcome.

A flow run says how it ended in a sentence and without a stack of frames where the reason is
known; what nobody foresaw keeps its stack, masked and redacted.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

from prefect.client.schemas.objects import State
from prefect.states import Cancelled, Completed, Failed
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, OperationalError

from flows.alerts.house import House
from flows.alerts.notices import notify
from flows.environment import choose, open_environment
from flows.prepare import prepared
from flows.runs import Run, recorded
from flows.runs import State as RunState
from models.environment.loader import Environment
from models.environment.secrets import redact
from models.errors import TerezeError
from models.masking import Masker, install

log = logging.getLogger(__name__)
Outcome = Literal["COMPLETED", "FAILED", "CANCELLED"]
_STATES: dict[Outcome, Callable[..., State[Any]]] = {
    "COMPLETED": Completed,
    "FAILED": Failed,
    "CANCELLED": Cancelled,
}
_RECORDED: dict[Outcome, RunState] = {
    "COMPLETED": "completed",
    "FAILED": "failed",
    "CANCELLED": "cancelled",
}


@dataclass(frozen=True)
class Told:
    """How a job ended, in a sentence for people."""

    sentence: str
    outcome: Outcome = "COMPLETED"


Work = Callable[[Engine, Environment], Told]


async def told(
    environment: str, actor: str, work: Work, *, subject: str = "", sync_register: bool = True
) -> State[Any]:
    """Do the work in a thread, record the run, and answer the state that the flow run ends in.

    `environment` is a folder or the name of one, as `flows.environment.choose` takes it;
    `actor` is `flow:` and the job's name, `subject` the source where the job has several.
    """
    return await asyncio.to_thread(_state, environment, actor, work, subject, sync_register)


def _state(
    environment: str, actor: str, work: Work, subject: str, sync_register: bool
) -> State[Any]:
    try:
        loaded = open_environment(choose(environment))
    except TerezeError as error:
        return Failed(message=redact(str(error)))
    masker = Masker(loaded.settings.identifiers)
    install(masker)
    run = Run(loaded.name, actor.removeprefix("flow:"), subject, actor)
    result = _recorded(loaded, run, work, masker, sync_register)
    return _STATES[result.outcome](message=result.sentence)


def _recorded(
    environment: Environment, run: Run, work: Work, masker: Masker, sync_register: bool
) -> Told:
    """How the work ended; what cannot be written, because nothing answers, is kept in a file."""
    try:
        with prepared(environment, run.actor, sync_register=sync_register) as engine:
            with recorded(engine, run):
                result = _masked(_done(work, engine, environment), masker)
                run.says(_RECORDED[result.outcome], result.sentence)
            _tell(engine, environment, run.job)
    except (TerezeError, OperationalError) as error:
        result = _masked(_failed(error), masker)
        if not run.written:
            run.says("failed", result.sentence)
            run.keep()
    return result


def _tell(engine: Engine, environment: Environment, job: str) -> None:
    """Tell people at once of what the job has found; what cannot be told now, a later round tells.

    Costs some milliseconds where nothing is new.
    """
    if job == "alerts":
        return
    try:
        notify(engine, House.of(environment), datetime.now(UTC))
    except (TerezeError, DBAPIError) as error:
        log.warning("The notices of %s wait for a later round: %s", job, redact(str(error)))


def _done(work: Work, engine: Engine, environment: Environment) -> Told:
    try:
        return work(engine, environment)
    except (TerezeError, OperationalError) as error:
        return _failed(error)


def _failed(error: TerezeError | OperationalError) -> Told:
    if isinstance(error, TerezeError):
        return Told(str(error), "FAILED")
    return Told(f"The database is away: {str(error.orig).strip()}", "FAILED")


def _masked(result: Told, masker: Masker) -> Told:
    return replace(result, sentence=masker.mask(redact(result.sentence)))
