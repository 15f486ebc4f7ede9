"""A world with a past to learn from."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import URL

from models.database import Database
from tests.conftest import SCHEMA, _copy
from tests.flows.delays.forecast.past import Past
from tests.kept import Kept, keeping


@pytest.fixture
def past(synced: Database, tmp_path: Path) -> Iterator[Past]:
    """A world whose past is still to be filled."""
    engine = synced.engine()
    yield Past(engine, tmp_path)
    engine.dispose()


@pytest.fixture(scope="session")
def learned_template(
    postgres_url: str, synced_template: URL, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[URL]:
    """A database of a world that learned, its open applications scored: seconds, once."""
    with _copy(postgres_url, synced_template) as copied:
        engine = copied.engine()
        past = Past(engine, tmp_path_factory.mktemp("learned"))
        past.fill()
        past.check(past.now())
        past.learn()
        past.check(past.now(timedelta(minutes=1)))
        engine.dispose()
        yield copied.url


@pytest.fixture(scope="session")
def kept_learned(postgres_url: str, learned_template: URL) -> Iterator[Kept]:
    with keeping(postgres_url, learned_template, SCHEMA) as made:
        yield made


@pytest.fixture
def learned(kept_learned: Kept, tmp_path: Path) -> Iterator[Past]:
    """That world, as it was when it had learned."""
    engine = kept_learned.clean().engine()
    yield Past(engine, tmp_path)
    engine.dispose()
