"""The Prefect shells of composite services: the tick, and one application as it is started."""

from typing import Any

from prefect import flow, task
from prefect.client.schemas.objects import State
from sqlalchemy import Engine

from flows.composite_services.assistance.watching import watch
from flows.composite_services.engine.carry import carry, carrying, now
from flows.composite_services.engine.keeping import follow, forget, let_go
from flows.composite_services.engine.worker import Worker
from flows.composite_services.proactive.start import start_proactively
from flows.composite_services.status import ACTOR
from flows.composite_services.summary import sentence
from flows.shell import Told, told
from models.environment.loader import Environment

WITHIN = 40.0
"""Seconds that a tick carries on: the next one comes after a minute."""
PATIENCE = 20.0
"""Seconds for which a run of one application awaits what a worker carries of it."""


@flow(name="composite_services", persist_result=False)
async def composite_services(environment: str) -> State[Any]:
    """Carry on whatever is due in applications for several services, where no worker does it.

    Lets held steps go whose systems are back, and keeps each step's own application and due date
    in line. `environment` is the folder's name in deployments/environments.
    """
    return await told(environment, ACTOR, tick)


def tick(engine: Engine, environment: Environment) -> Told:
    """What one run of the tick does."""
    moment = now()
    follow(engine, environment, moment)
    let_go(engine, environment, moment)
    start_proactively(engine, environment, moment)
    with carrying(engine, environment) as carrier, Worker(carrier) as worker:
        worker.until_idle(WITHIN)
    follow(engine, environment, now())
    with engine.begin() as connection:
        forget(connection, environment, moment)
        watch(connection, environment, now())
        return Told(sentence(connection))


@flow(name="application", flow_run_name="{number}", persist_result=False)
async def application(environment: str, number: str) -> State[Any]:
    """Carry one application as far as it goes now; what waits is carried on by itself later.

    `number` is the application's number, as `tereze application show` takes it.
    """

    def work(engine: Engine, loaded: Environment) -> Told:
        return Told(f"{number}: {carry(engine, loaded, number, patience=PATIENCE).sentence}")

    return await told(environment, ACTOR, work, subject=number, sync_register=False)


@task(name="application", task_run_name="{number}", persist_result=False)
async def carry_application(environment: str, number: str) -> None:
    """Carry an application in the long-lived worker, as a flow run of its own."""
    await application(environment, number, return_state=True)
