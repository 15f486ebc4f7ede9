"""What is old is let go of: whole days of exchanges, and counts in their time."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

from flows.failures.exchanges.keeping import forget
from flows.failures.exchanges.partitions import existing
from models.database import Database
from tests.flows.failures.exchanges import made
from tests.flows.failures.exchanges.made import MOMENT, pair

KEEP = timedelta(days=30)


def test_days_and_counts(database: Database, tmp_path: Path) -> None:
    environment, engine = made.environment(tmp_path), database.engine()
    made.known(engine, environment)
    old, new = MOMENT - timedelta(days=20), MOMENT - timedelta(hours=1)
    made.put(environment, "a", [*pair(1, old), *pair(2, new)])
    made.looked(engine, environment, MOMENT)
    with engine.connect() as connection:
        assert existing(connection) == {old.date(), new.date()}
    assert made.counted(engine, "SELECT count(DISTINCT at) FROM exchange_slices") == 1
    assert made.counted(engine, "SELECT count(DISTINCT at) FROM exchange_hours") == 2
    forget(engine, MOMENT + timedelta(days=11, hours=1), KEEP)
    with engine.connect() as connection:
        assert existing(connection) == {new.date()}
        assert connection.execute(text("SELECT count(*) FROM exchanges")).scalar() == 2
    assert made.counted(engine, "SELECT count(DISTINCT at) FROM exchange_hours") == 2
    forget(engine, MOMENT + timedelta(days=500), KEEP)
    assert made.counted(engine, "SELECT count(*) FROM exchange_hours") == 0
