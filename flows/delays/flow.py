"""The Prefect shell of the delays' check."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from sqlalchemy import Engine

from flows.delays.round import run
from flows.delays.summary import sentence
from flows.shell import Told, told
from models.environment.loader import Environment

ACTOR = "flow:delays"


@flow(name="delays", persist_result=False)
async def delays(environment: str) -> State[Any]:
    """Find what became at risk, overdue or late since the last check, once each.

    Opens and closes breaches and fires their alerts; the notices are delivered by `alerts`. Splits
    the time of what changed among those who had it, and opens a review for each breach.
    Says which systems could not be judged because they were not pulled. `environment` is the
    folder's name in deployments/environments.
    """
    return await told(environment, ACTOR, _work)


def _work(engine: Engine, environment: Environment) -> Told:
    # Counting all applications would cost by history at every tick.
    return Told(sentence(run(engine, environment, as_of=None, actor=ACTOR, count=False)))
