"""The database of the web application: looked for when it is needed, not at the start."""

import time
from dataclasses import replace
from threading import Lock
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from models.database import Database, locate
from models.environment.loader import Environment

CONNECT_WITHIN = 3
"""Seconds."""
AT_ONCE = 20
"""Requests that may use the database at once; more would only wait for each other."""
BESIDE = 10
"""Connections for what goes on beside them: long lists as CSV, numbers counted anew."""
PATIENCE = "10s"
"""So long may a page's query take; then the page says that the database is away."""
IDLE = 1.0
"""Seconds after which a connection is tried before a page reads with it."""
# A plan is made for what is asked: one made for any region or none reads all there is. By the usual
# price of a page, that of a disk that turns, all are read and sorted, too, to show the first fifty.
# A long count leaves the other cores to those who wait for a page.
_EVERY = """
    SET plan_cache_mode = force_custom_plan; SET random_page_cost = 1.1;
    SET max_parallel_workers_per_gather = 0
"""
_READER = f"SET default_transaction_read_only = on; SET statement_timeout = '{PATIENCE}'"


class LazyDatabase:
    """Its engines, made when the database first answers."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._engines: dict[bool, Engine] = {}
        self._lock = Lock()

    def engine(self) -> Engine:
        """The engine on the environment's schema; lost connections are replaced.

        Raises:
            CouldNotRun: no server answers.
            ConfigurationError: `TEREZE_DATABASE_URL` is wrong.
        """
        return self._engine(reads=False)

    def reader(self) -> Engine:
        """The engine of pages: it changes nothing, and waits for no query for ever.

        Each statement stands by itself, so that a page costs as many round trips as it has
        queries. Raises what `engine` does.
        """
        return self._engine(reads=True)

    def _engine(self, *, reads: bool) -> Engine:
        with self._lock:
            if reads not in self._engines:
                timezone = self._environment.settings.timezone
                database = replace(locate(self._environment.name), timezone=timezone)
                self._engines[reads] = _reader(database) if reads else _writer(database)
            return self._engines[reads]


def _writer(database: Database) -> Engine:
    return _made(database, _EVERY, pool_size=AT_ONCE)


def _reader(database: Database) -> Engine:
    session = f"{_EVERY}; {_READER}"
    engine = _made(
        database, session, pool_size=AT_ONCE, pool_pre_ping=False, isolation_level="AUTOCOMMIT"
    )
    event.listen(engine, "checkin", _used)

    @event.listens_for(engine, "checkout")
    def tried(connection: Any, entry: ConnectionPoolEntry, _proxy: Any) -> None:
        if time.monotonic() - entry.info.get("used", time.monotonic()) < IDLE:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error  # the others are as old, and lost with it

    return engine


def _used(_connection: Any, entry: ConnectionPoolEntry) -> None:
    entry.info["used"] = time.monotonic()


def _made(database: Database, session: str, **options: Any) -> Engine:
    """An engine; `session` is what each of its connections says first."""
    engine = database.engine(
        hide_parameters=True,
        max_overflow=BESIDE,
        pool_timeout=CONNECT_WITHIN,
        connect_args={"connect_timeout": CONNECT_WITHIN},
        **options,
    )

    @event.listens_for(engine, "connect")
    def said(connection: Any, _entry: ConnectionPoolEntry) -> None:
        autocommit, connection.autocommit = connection.autocommit, True  # kept by a rollback, too
        with connection.cursor() as cursor:
            cursor.execute(session)
        connection.autocommit = autocommit

    return engine
