"""Bring an environment's schema to the newest version, and make sure of Prefect's database."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Engine, create_engine, text

from models.database.engine import Database

MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations"
LOCK = 7_391_501  # any fixed number: two upgrades at once wait for each other


def upgrade(database: Database, revision: str = "head") -> None:
    """Create the environment's schema where it is missing, and migrate it to `revision`."""
    engine = database.engine()
    try:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{database.schema}"'))
            command.upgrade(_config(connection), revision)
    finally:
        engine.dispose()


def _config(connection: object) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def is_current(engine: Engine) -> bool:
    """Whether the schema is at the newest version."""
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    newest = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == newest


def ensure_database(url: URL, name: str) -> URL:
    """The URL of the database `name` on the same server, created where it is missing."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            found = connection.execute(
                text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name}
            ).scalar()
            if not found:
                connection.execute(text(f'CREATE DATABASE "{name}"'))
    finally:
        engine.dispose()
    return url.set(database=name)
