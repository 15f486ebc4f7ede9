"""The Prefect shell of the watch over systems."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from sqlalchemy import Engine

from flows.failures.summary import sentence
from flows.failures.tick import tick
from flows.shell import Told, told
from models.environment.loader import Environment

ACTOR = "flow:failures"


@flow(name="failures", persist_result=False)
async def failures(environment: str) -> State[Any]:
    """Look at every body's system from every side, and write what is wrong with it.

    Fires and resolves the alerts of findings; the notices are delivered by `alerts`. Says which
    sides could not look, and from when to when nobody did. `environment` is the folder's name
    in deployments/environments.
    """
    return await told(environment, ACTOR, _work)


def _work(engine: Engine, environment: Environment) -> Told:
    return Told(sentence(tick(engine, environment, actor=ACTOR)))
