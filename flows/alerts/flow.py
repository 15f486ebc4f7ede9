"""The Prefect shell of the notices."""

from datetime import UTC, datetime
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from sqlalchemy import Engine

from flows.alerts.house import House
from flows.alerts.notices import notify
from flows.alerts.summary import sentence
from flows.shell import Told, told
from models.environment.loader import Environment

ACTOR = "flow:alerts"


@flow(name="alerts", persist_result=False)
async def alerts(environment: str) -> State[Any]:
    """Deliver notices: tell the people on call what is new, once, and retry what did not arrive.

    One notice for each group of alerts that changed: its numbers, its oldest cases and a link to
    what to do. `environment` is the folder's name in deployments/environments.
    """
    return await told(environment, ACTOR, _work)


def _work(engine: Engine, environment: Environment) -> Told:
    return Told(sentence(notify(engine, House.of(environment), datetime.now(UTC))))
