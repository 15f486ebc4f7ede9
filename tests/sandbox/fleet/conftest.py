from collections.abc import Iterator

import pytest

from sandbox.processes import start
from tests.sandbox.reading import Reader

BEGINS = "2026-03-02T12:00:00+05:00"
"""A Monday at noon."""


@pytest.fixture(scope="package")
def still() -> Iterator[Reader]:
    """A fleet for all who only ask: nobody sets its clock."""
    with start("fleet", volume=12_000, now=BEGINS, speed=0) as running:
        yield Reader(running.url)


@pytest.fixture
def fleet() -> Iterator[Reader]:
    """A fleet of the test's own, whose clock stands."""
    with start("fleet", volume=12_000, now=BEGINS, speed=0) as running:
        yield Reader(running.url)
