"""An alert of a pull began with the first pull that failed, and begins anew after a good one."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, text

from flows.ingest import tell
from models.environment.sources import Source

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)
SOURCE = Source.model_validate(
    {
        "source": "land.requests",
        "system": "land",
        "connector": "file",
        "dataset": "applications",
        "fields": {"number": "n"},
    }
)


def since(engine: Engine, *failed_at: int, good_at: int | None = None) -> datetime:
    with engine.begin() as connection:
        for minute in failed_at:
            at = NOW + timedelta(minutes=minute)
            tell.failed(connection, SOURCE, "connection", f"No, {minute}", at, "test")
        if good_at is not None:
            at = NOW + timedelta(minutes=good_at)
            tell.succeeded(connection, SOURCE, (), at, "test")
        found: datetime = connection.execute(
            text("SELECT starts_at FROM alerts WHERE name = 'PullFailed'")
        ).scalar_one()
    return found


def test_a_failure_that_goes_on_began_with_the_first(engine: Engine) -> None:
    assert since(engine, 0, 10, 20) == NOW
    with engine.connect() as connection:
        words = connection.execute(text("SELECT sentence FROM alerts")).scalar_one()
    assert words == "No, 20", "its words are the newest"


def test_one_after_a_good_pull_began_anew(engine: Engine) -> None:
    since(engine, 0, good_at=5)
    assert since(engine, 10, 20) == NOW + timedelta(minutes=10)
