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


def copied(database: Database, name: str) -> Database:
    """A copy of the database under another name; nobody may be connected to it."""
    url = database.url
    plain = url.set(drivername="postgresql", database="postgres")
    with psycopg.connect(plain.render_as_string(hide_password=False), autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{url.database}"'.encode())
    return Database(url.set(database=name), database.schema)


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
