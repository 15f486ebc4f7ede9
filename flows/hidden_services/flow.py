"""The Prefect shell of the search for hidden services."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from sqlalchemy import Engine

from flows.hidden_services.run import run
from flows.hidden_services.summary import sentence
from flows.shell import Told, told
from models.environment.loader import Environment

ACTOR = "flow:hidden_services"


@flow(name="hidden_services", persist_result=False)
async def hidden_services(environment: str) -> State[Any]:
    """Collect what bodies do, and find what is a service but not in the register.

    Judges only what is new, and brings the candidates up to date; people decide them.
    `environment` is the folder's name in deployments/environments.
    """
    return await told(environment, ACTOR, _work)


def _work(engine: Engine, environment: Environment) -> Told:
    return Told(sentence(run(engine, environment, actor=ACTOR)))
