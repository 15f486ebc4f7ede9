"""The Prefect shell of a pull."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from sqlalchemy import Engine

from flows.ingest.pull import pull
from flows.ingest.summary import sentence
from flows.shell import Outcome, Told, told
from models.environment.loader import Environment

ACTOR = "flow:ingest"
OUTCOMES: dict[str, Outcome] = {
    "succeeded": "COMPLETED",
    "failed": "FAILED",
    "busy": "CANCELLED",  # another pull of the source goes on: nothing was done, nothing is wrong
}


@flow(name="ingest", persist_result=False, flow_run_name="{source}")
async def ingest(environment: str, source: str) -> State[Any]:
    """Pull what is new from one source: check it, quarantine what breaks a rule, store the rest.

    The rows and the place to go on from are committed together; a pull that fails stores
    nothing, moves nothing and says why. `environment` is the folder's name in
    deployments/environments, `source` the name in its sources/*.yaml.
    """

    def work(engine: Engine, loaded: Environment) -> Told:
        report = pull(engine, loaded, source, actor=ACTOR)
        return Told(sentence(report), OUTCOMES[report.state])

    return await told(environment, ACTOR, work, subject=source)
