"""The database away in the middle: what that looks like, and what is said of it."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from models.environment.secrets import redact
from models.errors import CouldNotRun

# COPY goes past SQLAlchemy, so that psycopg's own errors come through as they are.
AWAY = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)


@contextmanager
def database_needed(tried: str) -> Iterator[None]:
    """Turn a lost database into an error for a person.

    Raises:
        CouldNotRun: the database went away inside; what was not committed is undone.
    """
    try:
        yield
    except AWAY as error:
        words = str(error.orig if isinstance(error, DBAPIError) else error)
        raise CouldNotRun(
            tried,
            f"the database went away ({redact(words).strip()})",
            "Nothing was half-stored; try again when it is back",
        ) from error
