"""One at a time: a hold that is the database's and ends with the process that has it."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError


@contextmanager
def held(engine: Engine, lock: int, name: str) -> Iterator[bool]:
    """Hold `name` among those of `lock`; answers whether it is ours, and never waits for it.

    A killed process holds nothing: the database lets go with the connection.
    """
    values: dict[str, str | int] = {"lock": lock, "name": name}
    connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    ours = False
    try:
        statement = text("SELECT pg_try_advisory_lock(:lock, hashtext(:name))")
        ours = bool(connection.execute(statement, values).scalar_one())
        yield ours
    finally:
        _let_go(connection, values if ours else None)


def _let_go(connection: Connection, values: dict[str, str | int] | None) -> None:
    """Let go at once: the server would notice a closed connection only a moment later."""
    try:
        if values is not None:
            statement = text("SELECT pg_advisory_unlock(:lock, hashtext(:name))")
            connection.execute(statement, values).scalar_one()
    except DBAPIError:
        connection.invalidate()  # the session is gone, and what it held with it
    finally:
        connection.close()
