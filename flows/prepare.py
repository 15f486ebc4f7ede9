"""Before the first use: the database there, its schema newest, the register as declared."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import Engine

from flows.register.sync import sync
from models.database import locate, upgrade
from models.database.migrate import is_current
from models.environment.loader import Environment


@contextmanager
def prepared(
    environment: Environment, actor: str, *, sync_register: bool = True
) -> Iterator[Engine]:
    """An engine on the environment's schema, migrated and in line with its files.

    Cheap where nothing changed: two small reads and the comparison of the register.

    Raises:
        CouldNotRun: the database does not answer.
        ConfigurationError: `TEREZE_DATABASE_URL` is wrong.
    """
    database = replace(locate(environment.name), timezone=environment.settings.timezone)
    engine = database.engine(hide_parameters=True)  # an error must not print anybody's record
    try:
        if not is_current(engine):
            upgrade(database)
        if sync_register:
            with engine.begin() as connection:
                sync(connection, environment, actor)
        yield engine
    finally:
        engine.dispose()
