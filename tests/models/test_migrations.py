"""The migrations make the tables that the models describe, in one line from first to last."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from models import Base
from models.database import Database
from models.database.migrate import MIGRATIONS


def test_the_schema_is_what_the_models_say(database: Database) -> None:
    engine = database.engine()
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_there_is_one_newest_version() -> None:
    assert len(ScriptDirectory(str(MIGRATIONS)).get_heads()) == 1
