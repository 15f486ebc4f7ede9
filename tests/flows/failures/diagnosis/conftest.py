from collections.abc import Iterator
from pathlib import Path

import pytest

from models.database import Database
from tests.flows.failures.diagnosis.bodies import Bodies


@pytest.fixture
def bodies(synced: Database, tmp_path: Path) -> Iterator[Bodies]:
    engine = synced.engine()
    with Bodies.listening(engine, tmp_path) as found:
        yield found
    engine.dispose()
