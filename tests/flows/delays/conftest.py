from collections.abc import Iterator
from pathlib import Path

import pytest

from models.database import Database
from tests.flows.delays.world import World


@pytest.fixture
def world(database: Database, tmp_path: Path) -> Iterator[World]:
    engine = database.engine()
    yield World(engine, tmp_path)
    engine.dispose()
