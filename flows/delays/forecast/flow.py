"""The Prefect shell of learning for forecasts: a job of its own, so that no check waits for it."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from sqlalchemy import Engine

from flows.delays.forecast.summary import sentence
from flows.delays.forecast.train import train
from flows.shell import Told, told
from models.environment.loader import Environment

ACTOR = "flow:forecast"


@flow(name="forecast", persist_result=False)
async def forecast(environment: str) -> State[Any]:
    """Learn from decided cases how likely each open one is to be late.

    The check of the delays scores with what was learned, and warns by body and service.
    `environment` is the folder's name in deployments/environments.
    """
    return await told(environment, ACTOR, _work)


def _work(engine: Engine, environment: Environment) -> Told:
    return Told(sentence(train(engine, environment, actor=ACTOR)))
