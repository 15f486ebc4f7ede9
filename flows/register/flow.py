"""The Prefect shell of the register."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from sqlalchemy import Engine

from flows.register.summary import sentence
from flows.register.sync import sync
from flows.shell import Told, told
from models.environment.loader import Environment

ACTOR = "flow:register"


@flow(name="register", persist_result=False)
async def register(environment: str) -> State[Any]:
    """Write the environment's register, standards and calendars into the database.

    Due dates are computed anew where a standard or a calendar changed. Running it twice changes
    nothing the second time. `environment` is the folder's name in deployments/environments.
    """
    return await told(environment, ACTOR, _work, sync_register=False)


def _work(engine: Engine, environment: Environment) -> Told:
    with engine.begin() as connection:
        return Told(sentence(sync(connection, environment, ACTOR)))
