"""The parts of `tereze up`, in the order in which they need each other."""

import os
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from console.up import prefect_server
from console.up.child import Child
from console.up.database import Server
from console.up.ports import HOST, hold_port
from console.up.supervisor import Supervisor
from deployments.prefect_api import clear_missed, clear_unfinished, is_up
from models.database.engine import URL_VARIABLE
from models.errors import CouldNotRun

PORT, WEB_PORT = 4200, 8300
CALL_BACKS = "TEREZE_CALL_BACKS"
"""Names the address for call-backs, for the environment's YAML to read."""
READY_WITHIN = 120.0
"""Seconds for Prefect's server: on a first start it migrates its database."""


def start_prefect(supervisor: Supervisor, server: Server) -> Mapping[str, str]:
    """Start Prefect's server and answer the variables of its clients; does not wait.

    Where PREFECT_API_URL is set already, that server is used and none is started.
    """
    named = os.environ.get("PREFECT_API_URL")
    if named:
        supervisor.prefect_api = named
        variables = {**prefect_server.quiet(supervisor.home), "PREFECT_API_URL": named}
        supervisor.write()
        return variables
    held = hold_port(PORT)
    supervisor.held.append(held)
    port = int(held.getsockname()[1])
    settings = prefect_server.settings(supervisor.home, port, server.beside("prefect"))
    command = prefect_server.command(port, held.fileno())
    supervisor.start("prefect-server", command, settings, (held.fileno(),))
    supervisor.prefect_api = settings["PREFECT_API_URL"]
    supervisor.write()
    return prefect_server.for_clients(settings)


def wait_for_prefect(supervisor: Supervisor) -> None:
    """Wait until the server answers.

    Raises:
        CouldNotRun: it did not within `READY_WITHIN`; says where its log is.
    """
    assert supervisor.prefect_api is not None, "start_prefect comes first"
    until = time.monotonic() + READY_WITHIN
    while not is_up(supervisor.prefect_api):
        if time.monotonic() > until:
            raise CouldNotRun(
                "Starting the Prefect server",
                f"it did not answer at {supervisor.prefect_api} within {READY_WITHIN:.0f} s",
                f"Read {supervisor.home / 'logs' / 'prefect-server.log'}",
            )
        supervisor.look()
        time.sleep(0.2)


def start_serving(
    supervisor: Supervisor, server: Server, reference: str, clients: Mapping[str, str]
) -> Child:
    """Serve the environment's jobs, once what an earlier Tereze left in Prefect is cleared.

    Beside them notices are delivered as soon as something changes.
    """
    assert supervisor.prefect_api is not None, "start_prefect comes first"
    clear_unfinished(supervisor.prefect_api)
    clear_missed(supervisor.prefect_api, datetime.now(UTC))
    command = [sys.executable, "-m", "deployments.serve", reference]
    variables = {**clients, **supervisor.variables, URL_VARIABLE: server.plain}
    child = supervisor.start("jobs", command, variables)
    telling = [sys.executable, "-m", "deployments.deliver", reference]
    supervisor.start("notices", telling, {**supervisor.variables, URL_VARIABLE: server.plain})
    return child


def start_web(supervisor: Supervisor, server: Server, reference: str) -> str:
    """Start the web application and answer its address."""
    held = hold_port(WEB_PORT)
    supervisor.held.append(held)
    port = int(held.getsockname()[1])
    command = [sys.executable, "-m", "console.web", reference, str(port), str(held.fileno())]
    address = f"http://{HOST}:{port}"
    # Whoever calls bodies tells them where this is, so it has to be known before them.
    supervisor.variables = {CALL_BACKS: f"{address}/call-backs", **supervisor.variables}
    variables = {**supervisor.variables, URL_VARIABLE: server.plain}
    supervisor.start("web", command, variables, (held.fileno(),))
    return address


def start_composites(
    supervisor: Supervisor, server: Server, reference: str, clients: Mapping[str, str]
) -> None:
    """Start the worker of composite services, and what shows applications as flow runs."""
    variables = {**supervisor.variables, URL_VARIABLE: server.plain}
    worker = [sys.executable, "-m", "deployments.composite_worker", reference]
    supervisor.start("applications", worker, variables)
    tasks = [sys.executable, "-m", "deployments.composite_tasks"]
    supervisor.start("application-runs", tasks, {**clients, **variables})


def ui(api: str) -> str:
    """The address for people of the server whose API is at `api`."""
    return api.removesuffix("/api")


def log_folder(home: Path) -> Path:
    """Where the children write."""
    return home / "logs"
