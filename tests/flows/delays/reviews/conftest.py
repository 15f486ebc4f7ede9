"""One open review to do something with."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.database import Database
from tests.flows.delays.clocks.bodies import REGISTER, SYSTEMS
from tests.flows.delays.world import World


@pytest.fixture
def world(synced: Database, tmp_path: Path) -> Iterator[World]:
    """One open review: LAND had an application too long."""
    engine = synced.engine()
    made = World(engine, tmp_path, register=REGISTER, systems=SYSTEMS)
    made.received("1", "06-02 10:00", office="12")
    made.event("1", "stage", "06-02 11:00", "LAND")
    made.round("06-05 10:00")
    yield made
    engine.dispose()
