from collections.abc import Iterator
from pathlib import Path

import pytest

from models.database import Database
from tests.flows.failures.waiting.outage import Outage


@pytest.fixture
def outage(synced: Database, tmp_path: Path) -> Iterator[Outage]:
    engine = synced.engine()
    yield Outage(engine, tmp_path)
    engine.dispose()
