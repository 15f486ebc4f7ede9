"""An engine that can only read."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import QueuePool

from connectors.errors import WillNeverWork
from connectors.sql.options import SqlConnection
from models.environment.secrets import redact

_CONNECT_ARGS = {"postgresql": "connect_timeout", "mysql": "connect_timeout", "sqlite": "timeout"}


def make_engine(connection: SqlConnection, folder: Path) -> Engine:
    """An engine with one connection, which cannot write and does not print passwords.

    Raises:
        ConfigurationError: the password is missing.
        WillNeverWork: the driver for this kind of database is not installed.
    """
    url = make_url(connection.url)
    if connection.password is not None:
        url = url.set(password=connection.password.resolve())
    family = _family(url)
    if family == "sqlite":
        url = _read_only_file(url, folder)
    argument = _CONNECT_ARGS.get(family)
    try:
        engine = sa.create_engine(
            url,
            poolclass=QueuePool,
            pool_size=1,
            max_overflow=0,
            hide_parameters=True,
            connect_args={argument: connection.connect_within} if argument else {},
        )
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise WillNeverWork(
            f"Connecting to {connection.url}",
            f"there is no driver for {url.drivername} ({error})",
            "Install it, or name one that is there, such as mysql+pymysql://",
        ) from error
    except ArgumentError as error:
        raise WillNeverWork(
            f"Connecting to {connection.url}",
            f"the driver does not understand the address ({redact(str(error))})",
            "Correct `url:` of the connection",
        ) from error
    _prepare(engine, family, connection.statement_timeout)
    return engine


def _family(url: URL) -> str:
    name = url.get_backend_name()
    return "mysql" if name == "mariadb" else name


def _read_only_file(url: URL, folder: Path) -> URL:
    """SQLite's address of a file that has to be there already and is not written to."""
    if not url.database or url.database == ":memory:":
        return url
    file = (folder / url.database).resolve()
    return url.set(database=file.as_uri(), query={**url.query, "mode": "ro", "uri": "true"})


def _preparation(family: str, seconds: int, version: str) -> Sequence[str]:
    """What a new connection is told: no writing, a time limit, times in UTC."""
    if family == "postgresql":
        return (
            "SET default_transaction_read_only = on",
            f"SET statement_timeout = {seconds * 1000}",
            "SET TIME ZONE 'UTC'",
        )
    if family == "mysql":
        limit = (
            f"SET SESSION max_statement_time = {seconds}"
            if "mariadb" in version.lower()
            else f"SET SESSION max_execution_time = {seconds * 1000}"
        )
        return ("SET SESSION TRANSACTION READ ONLY", limit, "SET SESSION time_zone = '+00:00'")
    if family == "sqlite":
        return ("PRAGMA query_only = ON",)
    return ()


def _prepare(engine: Engine, family: str, seconds: int) -> None:
    @sa.event.listens_for(engine, "connect")
    def _tell(connection: Any, record: Any) -> None:  # noqa: ARG001 - SQLAlchemy gives both
        cursor = connection.cursor()
        version = ""
        if family == "mysql":  # MariaDB is reached by either name, and has another time limit
            cursor.execute("SELECT VERSION()")
            version = str(cursor.fetchone()[0])
        for statement in _preparation(family, seconds, version):
            cursor.execute(statement)
        cursor.close()
        connection.commit()
