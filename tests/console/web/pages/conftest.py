"""For pages of applications: a window in place of the small environment, where it is asked for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.database import Database
from tests.console.web.pages.windows import Window
from tests.flows.composite_services.bodies import running


@pytest.fixture
def window(synced: Database, tmp_path: Path) -> Iterator[Window]:
    """The window; a test module has `outage` be it, so that the console serves it."""
    engine = synced.engine()
    with running() as body:
        yield Window(engine, tmp_path / "environment", body)
    engine.dispose()
