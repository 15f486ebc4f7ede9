from collections.abc import Iterator

import pytest

from sandbox.processes import Handle, start
from tests.sandbox.reading import KEY, NOW, Reader


def _start() -> Handle:
    return start("state_corporation", api_key=KEY, seed=7, volume=2_000, now=NOW, speed=0)


@pytest.fixture(scope="package")
def running() -> Iterator[Reader]:
    with _start() as body:
        yield Reader(body.url)


@pytest.fixture
def own_corporation() -> Iterator[Reader]:
    """A body for one test only, which may change its records."""
    with _start() as body:
        yield Reader(body.url)


@pytest.fixture
def corporation(running: Reader) -> Iterator[Reader]:
    """The running body; what a test orders is withdrawn after it."""
    yield running
    running.clear()
