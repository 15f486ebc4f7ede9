"""The study's stage: databases, copied from one another, and where a fleet plays."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from sqlalchemy import URL, Engine

from benchmarks.study.environment import environment
from benchmarks.study.fleet import Fleet
from flows.register.sync import sync
from models.database import Database
from models.environment.loader import Environment

ACTOR = "benchmark:study"


def make_quick(database: Database) -> None:
    """Let the server not wait for the disk: nothing here has to survive a crash."""
    with _server(database) as server:
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            server.execute(f"ALTER SYSTEM SET {name} = off".encode())
        server.execute("SELECT pg_reload_conf()")


def copied(database: Database, name: str) -> Database:
    """A copy of the database under another name; nobody may be connected to it."""
    with _server(database) as server:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{database.url.database}"'.encode())
    return Database(database.url.set(database=name), database.schema)


def _server(database: Database) -> psycopg.Connection:
    url = database.url.set(drivername="postgresql", database="template1")
    return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)


@contextmanager
def stage(
    url: URL, schema: str, now: datetime, anchor: datetime, tick: str, kinds: frozenset[str]
) -> Iterator[tuple[Engine, Environment, Fleet]]:
    """An engine on the database, a fleet that begins `now`, and the environment of the two.

    Fleets with the same `anchor` have the same world.
    """
    engine = Database(url, schema).engine()
    try:
        with Fleet(now, anchor) as fleet, TemporaryDirectory() as folder:
            declared = environment(Path(folder), fleet.about, tick, kinds)
            with engine.begin() as connection:
                sync(connection, declared, ACTOR)
            yield engine, declared, fleet
    finally:
        engine.dispose()
