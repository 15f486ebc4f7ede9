"""Serve an environment's jobs here: `python -m deployments.serve ENVIRONMENT`, for `tereze up`."""

import asyncio
import sys

from prefect.runner import Runner

from deployments import lifeline
from deployments.jobs import jobs
from deployments.prefect_form import prefect_form
from deployments.register import remove_others
from flows.environment import choose, open_environment

AT_ONCE = 3
"""Flow runs at a time, each a process of its own: two long pulls keep no watch waiting."""


async def serve(named: str) -> None:
    """Register the jobs with the server at `PREFECT_API_URL` and run them when they are due."""
    environment = open_environment(choose(named))
    runner = Runner(name=f"tereze-{environment.name}", limit=AT_ONCE, pause_on_shutdown=False)
    listed = jobs(environment)
    for job in listed:
        await runner.aadd_deployment(prefect_form(job))
    await remove_others(environment, listed)
    await runner.start()


if __name__ == "__main__":
    lifeline.hold()
    asyncio.run(serve(sys.argv[1]))
