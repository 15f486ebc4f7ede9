"""A small environment and an engine on its database."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from models.database import Database
from models.environment.loader import Environment
from tests.environments import environment as written
from tests.kept import Kept

Rows = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def database(kept: Kept) -> Database:
    return kept.clean()


@pytest.fixture
def synced(kept_synced: Kept) -> Database:
    return kept_synced.clean()


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    made = database.engine()
    yield made
    made.dispose()


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return written(tmp_path / "environment")


@pytest.fixture
def rows(engine: Engine) -> Rows:
    """The rows that a statement answers."""

    def read(statement: str, **values: Any) -> list[dict[str, Any]]:
        with engine.connect() as connection:
            found = connection.execute(text(statement), values).mappings()
            return [dict(row) for row in found]

    return read
