"""A real city's requests: the figures are the city's own, exactly; no line of code knows it."""

import csv
import gzip
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, text

from flows.delays.export import export
from flows.delays.tick import check
from flows.environment import choose, open_environment
from flows.ingest.pull import pull
from flows.register.sync import sync
from models.database import Database
from models.environment.loader import Environment
from tests.shared import DATA, shared

EXTRACTED_AT = datetime(2016, 1, 12, 22, 22, tzinfo=ZoneInfo("America/New_York"))
SOURCE = "city_311.requests"


@pytest.fixture
def boston_data(monkeypatch: pytest.MonkeyPatch) -> Path:
    path = shared("boston311/requests_2015_h1.csv.gz")
    monkeypatch.setenv("TEREZE_DATA", str(DATA))
    return path


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    engine = database.engine()
    yield engine
    engine.dispose()


def _ready(engine: Engine, name: str) -> Environment:
    environment = open_environment(choose(name))
    with engine.begin() as connection:
        sync(connection, environment, "test")
    return environment


def _checksum(engine: Engine) -> str:
    with engine.connect() as connection:
        return str(
            connection.execute(
                text(
                    "SELECT md5(string_agg(a::text, '' ORDER BY system, number)) FROM ("
                    "SELECT system, number, service, region, channel, received_at, completed_at,"
                    " given_due_at, due_at, pull_id FROM applications) a"
                )
            ).scalar_one()
        )


def test_the_city_s_own_targets(engine: Engine, tmp_path: Path, boston_data: Path) -> None:
    assert boston_data.exists()
    environment = _ready(engine, "boston")
    first = pull(engine, environment, SOURCE, actor="test")
    assert (first.state, first.read, first.inserted) == ("succeeded", 58_119, 58_035)
    assert first.broken == {"A06": 84}
    assert first.drift == []
    with engine.connect() as connection:
        held = connection.execute(
            text("SELECT codes, count(*) FROM quarantine WHERE state = 'held' GROUP BY codes")
        ).all()
    assert [tuple(row) for row in held] == [(["A06"], 84)]

    before = _checksum(engine)
    second = pull(engine, environment, SOURCE, actor="test")
    assert (second.inserted, second.updated, second.unchanged) == (0, 0, 58_035)
    assert _checksum(engine) == before
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM quarantine")).scalar() == 84

    counts = export(engine, environment, tmp_path / "delays.csv", as_of=EXTRACTED_AT)
    assert counts == {
        "on_time": 27_255,
        "late": 10_025,
        "overdue": 5_701,
        "open": 571,
        "no_standard": 14_483,
    }
    found = check(engine, environment, as_of=EXTRACTED_AT, actor="test")
    assert found.counts == counts
    assert found.breaches_opened == 10_025 + 5_701
    again = check(engine, environment, as_of=EXTRACTED_AT, actor="test")
    assert (again.changed, again.breaches_opened) == (0, 0)
    with (tmp_path / "delays.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 58_035
    assert Counter(row["status"] for row in rows) == counts


def test_declared_standards_give_the_city_s_days(
    engine: Engine, tmp_path: Path, boston_data: Path
) -> None:
    with gzip.open(boston_data, "rt", encoding="utf-8") as stream:
        targets = {row["CASE_ENQUIRY_ID"]: row["TARGET_DT"] for row in csv.DictReader(stream)}
    environment = _ready(engine, "boston_standards")
    pull(engine, environment, SOURCE, actor="test")
    export(engine, environment, tmp_path / "delays.csv", as_of=EXTRACTED_AT)
    judged, same = Counter[str](), Counter[str]()
    with (tmp_path / "delays.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            target = targets[row["number"]]
            if row["due_at"] and target:
                judged[row["service"]] += 1
                city = datetime.strptime(target, "%m/%d/%Y %I:%M:%S %p").date()
                same[row["service"]] += datetime.fromisoformat(row["due_at"]).date() == city
    assert len(judged) == 9
    for service, number in judged.items():
        assert same[service] / number >= 0.98, service
    assert same.total() / judged.total() >= 0.99
