from collections.abc import Iterator
from pathlib import Path

import pytest

from models.database import Database
from tests.flows.delays.world import World
from tests.kept import Kept


@pytest.fixture
def database(kept: Kept) -> Database:
    return kept.clean()


@pytest.fixture
def synced(kept_synced: Kept) -> Database:
    return kept_synced.clean()


@pytest.fixture
def world(database: Database, tmp_path: Path) -> Iterator[World]:
    engine = database.engine()
    yield World(engine, tmp_path)
    engine.dispose()
