"""The migrations make exactly the tables that the models declare."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from models import Base
from models.database import Database


def test_migrated_tables_are_the_declared_ones(database: Database) -> None:
    with database.engine().connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_server_default": True, "compare_type": True}
        )
        differences = compare_metadata(context, Base.metadata)
    assert differences == []
