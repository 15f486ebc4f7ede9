"""A real Prefect server on the real database, once for all tests of this folder."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from console.up import prefect_server
from console.up.ports import free_port
from deployments.lifeline import PARENT
from deployments.prefect_api import is_up
from models.database import ensure_database
from models.database.engine import DRIVER
from tests.console.up.conftest import START_WITHIN
from tests.waiting import until


@pytest.fixture(scope="session")
def prefect_variables(
    postgres_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """The variables of clients of the server."""
    home: Path = tmp_path_factory.mktemp("prefect")
    port = free_port(0)
    database = ensure_database(make_url(postgres_url).set(drivername=DRIVER), "prefect_test")
    settings = prefect_server.settings(home, port, database)
    server = subprocess.Popen(
        prefect_server.command(port),
        env={**os.environ, **settings, PARENT: str(os.getpid())},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until(lambda: is_up(settings["PREFECT_API_URL"]), START_WITHIN)
        yield prefect_server.for_clients(settings)
    finally:
        server.terminate()
        server.wait(120)


@pytest.fixture(scope="session")
def api(prefect_variables: dict[str, str]) -> str:
    """The address of the server."""
    return prefect_variables["PREFECT_API_URL"]
