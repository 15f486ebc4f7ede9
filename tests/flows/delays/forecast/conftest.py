"""A world with a past to learn from."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.database import Database
from tests.flows.delays.forecast.past import Past


@pytest.fixture
def past(synced: Database, tmp_path: Path) -> Iterator[Past]:
    engine = synced.engine()
    yield Past(engine, tmp_path)
    engine.dispose()
