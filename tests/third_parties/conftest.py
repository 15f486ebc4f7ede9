"""The database and the key that the registries ask for."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from models.database import Database

KEY = "REGISTRY_KEY"


@pytest.fixture
def engine(synced: Database) -> Iterator[Engine]:
    made = synced.engine()
    yield made
    made.dispose()


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of the variable that holds the key."""
    monkeypatch.setenv(KEY, "opensesame-of-nobody")
    return KEY
