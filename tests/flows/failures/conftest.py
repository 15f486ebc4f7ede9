"""A small environment and an engine on its database."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from models.database import Database
from models.environment.loader import Environment
from tests.environments import environment as written

Rows = Callable[..., list[dict[str, Any]]]


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
