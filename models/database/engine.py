"""Where the database is, and engines on it: one schema for each environment, so nothing mixes."""

import os
from dataclasses import dataclass

from sqlalchemy import URL, Engine, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, OperationalError

from models.database import embedded
from models.environment.secrets import redact
from models.errors import ConfigurationError, CouldNotRun

URL_VARIABLE = "TEREZE_DATABASE_URL"
DRIVER = "postgresql+psycopg"


@dataclass(frozen=True)
class Database:
    """A PostgreSQL database (15 or later) and the schema of one environment in it.

    Moments are the same in any zone; `timezone` is the one that they are shown in.
    """

    url: URL
    schema: str
    timezone: str = "UTC"

    @property
    def scoped_url(self) -> URL:
        """The URL with the environment's schema first in the search path, and its time zone."""
        options = f"-csearch_path={self.schema},public -ctimezone={self.timezone}"
        return self.url.update_query_dict({"options": options})

    def engine(self, **options: object) -> Engine:
        """An engine on the environment's schema; connections lost meanwhile are replaced."""
        return create_engine(self.scoped_url, **({"pool_pre_ping": True} | options))


def locate(schema: str, *, keep_running: bool = False) -> Database:
    """The database that `TEREZE_DATABASE_URL` names, or else the embedded one, started.

    Raises:
        ConfigurationError: the variable is no URL of a PostgreSQL server.
        CouldNotRun: no server answers there, or it is older than 15.
    """
    named = os.environ.get(URL_VARIABLE)
    url = _checked(named) if named else _parsed(embedded.start(keep_running=keep_running))
    _require_server(url)
    return Database(url, schema)


def _checked(named: str) -> URL:
    try:
        url = make_url(named)
    except ArgumentError as error:
        raise _not_a_url(named) from error
    if not url.drivername.startswith("postgres"):
        raise _not_a_url(named)
    return url.set(drivername=DRIVER)


def _parsed(url: str) -> URL:
    return make_url(url).set(drivername=DRIVER)


def _not_a_url(named: str) -> ConfigurationError:
    return ConfigurationError(
        f"Reading {URL_VARIABLE}",
        f"{redact(named)!r} is not the URL of a PostgreSQL server",
        "It looks like postgresql://user:password@host:5432/database; unset it for the"
        " embedded server",
    )


def _require_server(url: URL) -> None:
    where = url.render_as_string(hide_password=True)
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            version = int(connection.execute(text("SHOW server_version_num")).scalar_one())
    except OperationalError as error:
        raise CouldNotRun(
            f"Connecting to {where}",
            redact(str(error.orig)).strip(),
            f"Is the server up, and {URL_VARIABLE} right?",
        ) from error
    finally:
        engine.dispose()
    if version < 150000:
        raise CouldNotRun(
            f"Connecting to {where}",
            f"PostgreSQL {version // 10000} answers there",
            "Tereze needs PostgreSQL 15 or later",
        )
