"""What every Prefect flow here has around its rule: environment, database, masking, an outcome.

A flow run says how it ended in a sentence and without a stack of frames where the reason is
known; what nobody foresaw keeps its stack, masked and redacted.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from prefect.client.schemas.objects import State
from prefect.states import Cancelled, Completed, Failed
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from flows.environment import choose, open_environment
from flows.prepare import prepared
from models.environment.loader import Environment
from models.environment.secrets import redact
from models.errors import TerezeError
from models.masking import Masker, install

Outcome = Literal["COMPLETED", "FAILED", "CANCELLED"]
_STATES: dict[Outcome, Callable[..., State[Any]]] = {
    "COMPLETED": Completed,
    "FAILED": Failed,
    "CANCELLED": Cancelled,
}


@dataclass(frozen=True)
class Told:
    """How a job ended, in a sentence for people."""

    sentence: str
    outcome: Outcome = "COMPLETED"


Work = Callable[[Engine, Environment], Told]


async def told(
    environment: str, actor: str, work: Work, *, sync_register: bool = True
) -> State[Any]:
    """Do the work in a thread and answer the state that the flow run ends in.

    `environment` is a folder or the name of one, as `flows.environment.choose` takes it.
    """
    return await asyncio.to_thread(_state, environment, actor, work, sync_register)


def _state(environment: str, actor: str, work: Work, sync_register: bool) -> State[Any]:
    try:
        loaded = open_environment(choose(environment))
    except TerezeError as error:
        return Failed(message=redact(str(error)))
    masker = Masker(loaded.settings.identifiers)
    install(masker)
    try:
        with prepared(loaded, actor, sync_register=sync_register) as engine:
            result = work(engine, loaded)
    except TerezeError as error:
        result = Told(str(error), "FAILED")
    except OperationalError as error:
        result = Told(f"The database is away: {str(error.orig).strip()}", "FAILED")
    return _STATES[result.outcome](message=masker.mask(redact(result.sentence)))
