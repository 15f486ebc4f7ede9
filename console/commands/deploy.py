"""`tereze deploy`."""

from typing import Annotated

import typer

from console.printing import as_json, out
from console.session import current


def deploy(
    context: typer.Context,
    pool: Annotated[
        str, typer.Option(help="The work pool; made as a process pool where it is missing")
    ] = "tereze",
) -> None:
    """Register the environment's jobs with the Prefect server that PREFECT_API_URL names."""
    import asyncio

    from console.up.prefect_server import quiet_this_process

    session = current(context)
    environment = session.environment()
    quiet_this_process()
    from deployments.register import register

    names = asyncio.run(register(environment, pool))
    if session.json:
        as_json({"pool": pool, "deployments": names})
        return
    for name in names:
        out.print(name)
    out.print(f"{len(names)} deployments in the work pool {pool}.")
