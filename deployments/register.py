"""Register an environment's jobs with a Prefect server and a work pool: `tereze deploy`."""

from collections.abc import Sequence
from uuid import UUID

import httpx
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterTags
from prefect.client.schemas.sorting import DeploymentSort
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError
from prefect.settings import get_current_settings

from deployments.jobs import Job, jobs, owner_tag
from deployments.prefect_form import prefect_form
from models.environment.loader import Environment
from models.errors import ConfigurationError, CouldNotRun

POOL = "tereze"
MOST = 200
"""Deployments that a server answers at once; an environment with more keeps old ones longer."""


async def register(environment: Environment, pool: str = POOL) -> list[str]:
    """Register every job, remove those of this environment that are no longer listed.

    The work pool is created as a process pool where it is missing; one of another type is used
    as it is. Answers the full names. Running it again changes nothing.

    Raises:
        ConfigurationError: PREFECT_API_URL names no server.
        CouldNotRun: no Prefect server answers there, or it refuses.
    """
    api = get_current_settings().api.url
    if not api:
        raise ConfigurationError(
            "Registering the deployments",
            "PREFECT_API_URL is not set",
            "Set it to the server's address, for example http://127.0.0.1:4200/api",
        )
    try:
        async with get_client() as client:
            await _ensure_pool(client, pool)
        listed = jobs(environment)
        for job in listed:
            await prefect_form(job, pool).aapply(work_pool_name=pool)
        await remove_others(environment, listed)
    except (httpx.HTTPError, PrefectHTTPStatusError) as error:
        raise CouldNotRun(
            f"Registering the deployments at {api}",
            str(error) or type(error).__name__,
            "Is the Prefect server up, and PREFECT_API_URL right? `tereze up` starts one",
        ) from error
    return [job.full_name for job in listed]


async def _ensure_pool(client: PrefectClient, name: str) -> None:
    try:
        await client.read_work_pool(name)
    except ObjectNotFound:
        await client.create_work_pool(WorkPoolCreate(name=name, type="process"))


async def remove_others(environment: Environment, listed: Sequence[Job]) -> list[UUID]:
    """Remove the environment's deployments that are not in the list; answers their ids."""
    kept = {(job.flow, job.name) for job in listed}
    removed = []
    wanted = DeploymentFilter(tags=DeploymentFilterTags(all_=[owner_tag(environment)]))
    async with get_client() as client:
        found = await client.read_deployments(
            deployment_filter=wanted, limit=MOST, sort=DeploymentSort.NAME_ASC
        )
        for deployment in found:
            flow = await client.read_flow(deployment.flow_id)
            if (flow.name, deployment.name) not in kept:
                await client.delete_deployment(deployment.id)
                removed.append(deployment.id)
    return removed
