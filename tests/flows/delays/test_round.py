"""The delays' round: outages before the check, reviews after it; a replay writes nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.database import Database
from tests.flows.delays.clocks.bodies import REGISTER, SYSTEMS
from tests.flows.delays.world import World

POLICY = {"delays": {"stop_on_outage": {"systems": ["*"]}}}


@pytest.fixture
def world(synced: Database, tmp_path: Path) -> Iterator[World]:
    """LAND has an application that is due on Wednesday, 18:00; a system was away on Tuesday."""
    engine = synced.engine()
    made = World(engine, tmp_path, register=REGISTER, systems=SYSTEMS, environment=POLICY)
    made.received("1", "06-02 10:00")
    made.event("1", "stage", "06-02 12:00", "LAND")
    made.outage(7, "registry", "06-03 15:00", "06-04 10:00")
    yield made
    engine.dispose()


def test_an_outage_moves_the_due_date_before_it_is_judged(world: World) -> None:
    report = world.round("06-05 10:00")
    assert (report.breaches_opened, world.all("SELECT * FROM reviews")) == (0, [])
    report = world.round("06-06 10:00")
    assert report.breaches_opened == 1
    assert world.all("SELECT count(*) FROM reviews") == [(1,)]


def test_a_replay_writes_nothing(world: World) -> None:
    world.check("06-05 10:00")
    before = world.all("SELECT due_at FROM applications")
    assert world.round("06-04 10:00").replay
    assert world.all("SELECT due_at FROM applications") == before
    for table in ("clocks", "clock_stops", "clock_outages", "reviews"):
        assert world.all(f"SELECT * FROM {table}") == []
