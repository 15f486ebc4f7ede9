"""A job as Prefect takes it."""

from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.flows import Flow, load_flow_from_entrypoint
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from deployments.jobs import Job


def flow_of(job: Job) -> Flow[..., object]:
    """The job's flow, imported."""
    return load_flow_from_entrypoint(job.entrypoint, use_placeholder_flow=False)


def prefect_form(job: Job, pool: str | None = None) -> RunnerDeployment:
    """The deployment: one run at a time, and a new one is cancelled while one is going.

    A form has no schedule, and every member of staff may send it at any time.
    """
    once = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)
    return RunnerDeployment.from_flow(
        flow_of(job),
        name=job.name,
        schedule=Cron(job.cron, timezone=job.timezone) if job.cron else None,
        concurrency_limit=once if job.cron else None,
        parameters=dict(job.parameters),
        description=job.description,
        tags=list(job.tags),
        entrypoint_type=EntrypointType.MODULE_PATH,
        work_pool_name=pool,
    )
