"""SQL: a question that has at least one row for an answer, asked read-only."""

import math
import os
import socket
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Select, literal_column, select, text
from sqlalchemy.exc import SQLAlchemyError

from connectors.errors import ConnectorError
from connectors.sql.engine import make_engine
from connectors.sql.options import SqlConnection
from connectors.sql.readonly import check_select
from flows.failures.probing.look import Attempt, CouldNotLook, Failed, Seen
from flows.failures.probing.threads import in_thread
from models.environment.probes import SqlProbe
from models.environment.secrets import redact


async def look(attempt: Attempt, module: SqlProbe) -> Seen:
    """Connect and ask.

    Raises:
        Failed: no connection, an error, or no row.
        CouldNotLook: there is no driver for this database.
        ConfigurationError: the password is missing.
    """
    asking = _Asking(_connection(attempt, module), attempt.environment.folder, module.query)
    attempt.doing = "asking the database"
    try:
        answered = await in_thread(asking.ask)
    finally:
        asking.break_off()
    if not answered:
        raise Failed("empty", "the query answers no row")
    return Seen("the query answers")


def _connection(attempt: Attempt, module: SqlProbe) -> SqlConnection:
    """The target's, or the system's own; within the time of the look."""
    aim, seconds = attempt.aim, math.ceil(module.timeout.total_seconds())
    limits = {"connect_within": seconds, "statement_timeout": seconds}
    if aim.target is None:
        own = SqlConnection.model_validate(attempt.environment.systems[aim.system].connection)
        return own.model_copy(update=limits)
    return SqlConnection.model_validate({"url": aim.target, "password": module.password, **limits})


class _Asking:
    """The question in its thread; `break_off` ends it from outside, where the driver can."""

    def __init__(self, connection: SqlConnection, folder: Path, query: str) -> None:
        self._connection, self._folder, self._query = connection, folder, query
        self._lock = threading.Lock()
        self._descriptor: int | None = None
        self._connected = False

    def ask(self) -> bool:
        """Whether there is a row. What is in it is not read: it may be of any size."""
        try:
            engine = make_engine(self._connection, self._folder)
        except ConnectorError as error:
            raise CouldNotLook("driver", str(error)) from error
        try:
            with engine.connect() as connection:
                self._connected = True
                self._note(connection.connection.driver_connection)
                return connection.execute(_one_row(self._query)).first() is not None
        except SQLAlchemyError as error:
            raise Failed("sql" if self._connected else "connection", _words(error)) from error
        finally:
            self._note(None)
            engine.dispose()

    def _note(self, connection: Any) -> None:
        number = getattr(connection, "fileno", None)
        with self._lock:
            if self._descriptor is not None:
                os.close(self._descriptor)
            self._descriptor = None if number is None else os.dup(number())

    def break_off(self) -> None:
        """End what is still going on: a database that is silent would hold the thread for ever."""
        with self._lock:
            descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            # It may be broken already, which is what was wanted.
            with socket.socket(fileno=descriptor) as connection, suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


def _one_row(query: str) -> Select[Any]:
    """Whether the query has a row, in the dialect's own words; a colon in it stays a colon."""
    inner = check_select(query).replace(":", r"\:")
    return select(literal_column("1")).select_from(text(f"({inner}) looked")).limit(1)


def _words(error: SQLAlchemyError) -> str:
    original = getattr(error, "orig", None) or error
    return redact(" ".join(str(original).split()))[:300]
