"""A database with the register of the small environment in it, copied for each test."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL, Engine

from flows.register.sync import sync
from models.database import Database
from tests.conftest import SCHEMA
from tests.environments import environment
from tests.flows.ingest.office import ACTOR, Office


def _copied(server: str, template: URL) -> Iterator[URL]:
    name = f"ingest_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template.database}"'.encode())
    yield template.set(database=name)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@pytest.fixture(scope="session")
def with_register(
    postgres_url: str, template: URL, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[URL]:
    for url in _copied(postgres_url, template):
        engine = Database(url, SCHEMA).engine()
        with engine.begin() as connection:
            sync(connection, environment(tmp_path_factory.mktemp("register")), ACTOR)
        engine.dispose()
        yield url


@pytest.fixture
def database(postgres_url: str, with_register: URL) -> Iterator[Database]:
    for url in _copied(postgres_url, with_register):
        yield Database(url, SCHEMA)


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    engine = database.engine(hide_parameters=True)
    yield engine
    engine.dispose()


@pytest.fixture
def office(tmp_path: Path, engine: Engine) -> Office:
    """A body with files, and an empty database with its register."""
    return Office(tmp_path, engine)
