"""An engine on a fresh schema, and short ways to make and to look at alerts."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, text

from models.database import Database
from tests.kept import Kept

NOW = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)


@pytest.fixture
def database(kept: Kept) -> Database:
    return kept.clean()


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    engine = database.engine()
    yield engine
    engine.dispose()


def run(engine: Engine, statement: str, **parameters: Any) -> list[Any]:
    """Run one statement in a transaction of its own and answer its rows, if it has any."""
    with engine.begin() as connection:
        result = connection.execute(text(statement), parameters)
        return [tuple(row) for row in result] if result.returns_rows else []


def history(engine: Engine) -> list[Any]:
    return run(engine, "SELECT was, became, reason, actor FROM alert_changes ORDER BY id")
