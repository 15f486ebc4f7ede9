from collections.abc import Iterator
from pathlib import Path

import pytest

from models.database import Database
from tests.flows.failures.waiting.outage import Outage


@pytest.fixture
def outage(database: Database, tmp_path: Path) -> Iterator[Outage]:
    engine = database.engine()
    yield Outage(engine, tmp_path)
    engine.dispose()
