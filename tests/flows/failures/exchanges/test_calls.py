"""Our own calls as exchanges: each page of a pull, also of one that failed."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from connectors.calls import Call, told
from connectors.errors import RetryLater, WillNeverWork
from flows.failures.exchanges.calls import OurCalls
from flows.ingest.pull import pull
from models.database import Database
from tests.environments import KAZAKHSTAN
from tests.flows.failures.exchanges import made
from tests.flows.failures.exchanges.made import MOMENT

CSV = """number,service,channel,received_at,completed_at
1,00100101,portal,2026-05-19 10:00:00,
2,00100101,portal,2026-05-19 11:00:00,
"""


@pytest.fixture
def engine(database: Database) -> Engine:
    return database.engine()


def rows(engine: Engine) -> list[tuple[str, str, str, int, int, str | None]]:
    with engine.connect() as connection:
        found = connection.execute(
            text("""
                SELECT s.system, s.service, s.client, e.outcome, e.size, e.fault
                FROM exchanges e JOIN exchange_series s ON s.id = e.series ORDER BY e.at
            """)
        )
        return [tuple(row) for row in found]


def test_a_pull(engine: Engine, tmp_path: Path) -> None:
    environment = made.environment(tmp_path)
    made.known(engine, environment)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "applications.csv").write_text(CSV)
    report = pull(engine, environment, "office.applications", actor="test", now=MOMENT)
    assert report.state == "succeeded", report.sentence
    (first, *_) = rows(engine)
    source = KAZAKHSTAN["sources/applications.yaml"]["source"]
    assert first == ("office", "applications.csv", source, 0, len(CSV), None)
    until = made.counted(engine, "SELECT looked_until FROM exchange_sources")
    assert 0 <= (until - MOMENT).total_seconds() < 60


def test_a_pull_that_fails(engine: Engine, tmp_path: Path) -> None:
    environment = made.environment(tmp_path)
    made.known(engine, environment)
    (tmp_path / "data").mkdir()
    for nth in range(5):
        now = MOMENT.replace(minute=nth)
        assert pull(engine, environment, "office.applications", actor="test", now=now).state == (
            "failed"
        )
    assert [row[3:] for row in rows(engine)] == [(1, 0, "RetryLater")] * 5
    found = made.bad(made.looked(engine, environment, MOMENT.replace(minute=6)))
    assert found["failing"].subject == "service:applications.csv"
    assert found["failing"].system == "office"


@pytest.mark.parametrize(
    ("error", "ours"), [(RetryLater("a", "b", "c"), False), (WillNeverWork("a", "b", "c"), True)]
)
def test_told_however_it_ends(error: Exception, ours: bool) -> None:
    calls: list[Call] = []
    with pytest.raises(type(error)), told(calls.append, "/a"):
        raise error
    (call,) = calls
    assert (call.failure, call.ours, call.service) == (type(error).__name__, ours, "/a")
    assert call.took >= 0


def test_nothing_called_is_nothing_written(engine: Engine, tmp_path: Path) -> None:
    environment = made.environment(tmp_path)
    OurCalls(environment.sources["office.applications"], MOMENT).keep(engine, 1)
    assert rows(engine) == []
