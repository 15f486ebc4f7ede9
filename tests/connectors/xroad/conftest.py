"""A server whose answers a test writes."""

from collections.abc import Iterator

import pytest

from tests.connectors.rest.server import Server, running


@pytest.fixture
def server() -> Iterator[Server]:
    with running() as server:
        yield server
