from collections.abc import Iterator
from pathlib import Path

import pytest

from models.database import Database
from tests.flows.hidden_services.house import House


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    engine = database.engine()
    yield House(engine, tmp_path)
    engine.dispose()
