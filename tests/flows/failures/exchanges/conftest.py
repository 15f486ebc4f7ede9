from collections.abc import Iterator

import pytest

from sandbox.processes import start
from tests.flows.failures.exchanges.served import Server


@pytest.fixture(scope="package")
def running() -> Iterator[Server]:
    with start("xroad_monitoring", page=500) as body:
        yield Server(body.url)


@pytest.fixture
def server(running: Server) -> Iterator[Server]:
    """The running stand-in, empty; what a test orders is withdrawn after it."""
    running.empty()
    yield running
    running.clear()
