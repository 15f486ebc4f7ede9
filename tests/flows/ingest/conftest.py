"""A database with the register of the small environment in it, as it was for each test."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL, Engine

from flows.register.sync import sync
from models.database import Database
from sandbox.processes import start
from tests.conftest import SCHEMA
from tests.environments import environment
from tests.flows.ingest.bodies import KEY_VARIABLE, REGISTER, Bodies, rest_system
from tests.flows.ingest.office import ACTOR, Office
from tests.kept import Kept, keeping
from tests.sandbox.reading import KEY, NOW, Reader


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


@pytest.fixture(scope="session")
def corporation_process() -> Iterator[Reader]:
    with (
        pytest.MonkeyPatch.context() as patch,
        start("state_corporation", api_key=KEY, seed=7, volume=2_000, now=NOW, speed=0) as body,
    ):
        patch.setenv(KEY_VARIABLE, KEY)
        yield Reader(body.url)


@pytest.fixture(scope="session")
def with_bodies(
    postgres_url: str,
    template: URL,
    corporation_process: Reader,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[URL]:
    """A database with the register that the State Corporation keeps, pulled from it."""
    for url in _copied(postgres_url, template):
        engine = Database(url, SCHEMA).engine()
        systems = {"corporation": rest_system(corporation_process.url)}
        bodies = Bodies(tmp_path_factory.mktemp("bodies"), engine, systems)
        for name in REGISTER:
            report = bodies.pull(f"corporation.{name}")
            assert report.state == "succeeded", report
            assert report.quarantined == 0
        engine.dispose()
        yield url


@pytest.fixture(scope="session")
def kept_bodies(postgres_url: str, with_bodies: URL) -> Iterator[Kept]:
    with keeping(postgres_url, with_bodies, SCHEMA) as made:
        yield made


@pytest.fixture
def bodies_engine(kept_bodies: Kept) -> Iterator[Engine]:
    engine = kept_bodies.clean().engine()
    yield engine
    engine.dispose()


@pytest.fixture
def corporation(corporation_process: Reader) -> Iterator[Reader]:
    """The State Corporation; what a test orders is withdrawn after it."""
    yield corporation_process
    corporation_process.clear()


@pytest.fixture
def bodies(tmp_path: Path, bodies_engine: Engine, corporation: Reader) -> Bodies:
    return Bodies(tmp_path, bodies_engine, {"corporation": rest_system(corporation.url)})


@pytest.fixture(scope="session")
def kept_register(postgres_url: str, with_register: URL) -> Iterator[Kept]:
    with keeping(postgres_url, with_register, SCHEMA) as made:
        yield made


@pytest.fixture
def database(kept_register: Kept) -> Database:
    return kept_register.clean()


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    engine = database.engine(hide_parameters=True)
    yield engine
    engine.dispose()


@pytest.fixture
def office(tmp_path: Path, engine: Engine) -> Office:
    """A body with files, and an empty database with its register."""
    return Office(tmp_path, engine)
