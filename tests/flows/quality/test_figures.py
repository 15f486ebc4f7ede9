"""Counts by region, service, body and month, on applications put into the tables."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from flows.quality.figures import Counts, Figures, months, standing
from models.database import Database
from tests.flows.delays.world import World, moment

REGISTER = {
    "services": {
        "00100101": {"organisation": "JUSTICE"},
        "00200202": {"names": {"en": "An allowance"}, "organisation": "SOCIAL"},
    },
    "channels": {"state_corporation": {"digital": False}},
    "standards": [
        {"service": "00100101", "term": 2, "unit": "working_days"},
        {"service": "00200202", "term": 2, "unit": "working_days"},
    ],
}
NOW = moment("06-20 12:00")


@pytest.fixture
def world(synced: Database, tmp_path: Path) -> Iterator[World]:
    """75: one on time, one late, one overdue; 71: one open of another body, by no known channel."""
    engine = synced.engine()
    made = World(engine, tmp_path, register=REGISTER)
    made.received("1", "05-26 10:00", region="75", completed_at=moment("05-27 10:00"))
    made.received("2", "06-02 10:00", region="75", completed_at=moment("06-19 10:00"))
    made.received("3", "06-02 10:00", region="75", channel="state_corporation")
    made.received("4", "06-19 17:00", region="71", channel="pigeon", service="00200202")
    made.received("5", "06-20 18:00", region="71")  # not yet, at the moment that is looked at
    made.check("06-20 12:00")
    yield made
    engine.dispose()


def _standing(world: World, since: str | None) -> Figures:
    with world.engine.connect() as connection:
        return standing(connection, moment(since) if since else None, NOW)


def test_all_of_the_time(world: World) -> None:
    figures = _standing(world, None)
    assert figures.by("region") == {
        ("75",): Counts(received=3, uses=3, digital=2, on_time=1, late=1, overdue=1),
        ("71",): Counts(received=1, open=1),
    }
    assert figures.by("service", region="71") == {("00200202",): Counts(received=1, open=1)}
    assert figures.by("service", region=None).keys() == {("00100101",), ("00200202",)}
    assert figures.all().received == 4
    assert figures.all(region="11") == Counts()


def test_since_a_day(world: World) -> None:
    found = _standing(world, "06-01 00:00").all(region="75")
    assert found == Counts(received=2, uses=2, digital=1, late=1, overdue=1)
    later = _standing(world, "06-19 12:00").all(region="75")
    assert later == Counts(overdue=1), "what is overdue now is so whenever it came in"


def test_by_month(world: World) -> None:
    with world.engine.connect() as connection:
        figures = months(connection, moment("05-01 00:00"), NOW, "Asia/Almaty")
    assert figures.by("body").keys() == {("JUSTICE",), ("SOCIAL",)}
    assert figures.by("month", region="75") == {
        (date(2025, 5, 1),): Counts(received=1, uses=1, digital=1, on_time=1),
        (date(2025, 6, 1),): Counts(received=2, uses=2, digital=1, late=1, overdue=1),
    }


def test_shares() -> None:
    counts = Counts(received=10, uses=8, digital=2, on_time=6, late=1, overdue=1, open=2)
    assert (counts.take_up, counts.breached, counts.kept) == (0.25, 2, 0.75)
    assert (Counts().take_up, Counts().kept, Counts(open=3).kept) == (None, None, None)
