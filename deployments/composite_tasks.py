"""Serve the background tasks of composite services: `python -m deployments.composite_tasks`.

An application that a person has started shows as a flow run at once. That it is carried depends
on nothing here: the workers of `deployments.composite_worker` carry it in any case.
"""

import asyncio
from contextlib import suppress

from prefect.task_worker import StopTaskWorker, TaskWorker

from deployments import lifeline
from flows.composite_services.flow import carry_application

AT_ONCE = 4
"""Flow runs at a time; each is a thread of this process."""


async def serve() -> None:
    """Serve until SIGTERM, with the server that PREFECT_API_URL names."""
    await TaskWorker(carry_application, limit=AT_ONCE).astart()


if __name__ == "__main__":
    lifeline.hold()
    with suppress(StopTaskWorker):  # how Prefect's own SIGTERM handler ends it
        asyncio.run(serve())
