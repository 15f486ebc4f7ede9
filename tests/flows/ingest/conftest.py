from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from models.database import Database
from tests.flows.ingest.office import Office


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    engine = database.engine(hide_parameters=True)
    yield engine
    engine.dispose()


@pytest.fixture
def office(tmp_path: Path, engine: Engine) -> Office:
    """A body with files, and an empty database with its register."""
    return Office(tmp_path, engine)
