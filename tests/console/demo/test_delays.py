"""What the demo shows of delays: one breach explained, reviewed and closed, each time another."""

from pathlib import Path

from console.demo.delays import show, tell
from models.database import Database
from tests.flows.delays.clocks.bodies import REGISTER
from tests.flows.delays.world import World


def test_one_breach_goes_to_its_end(synced: Database, tmp_path: Path) -> None:
    engine = synced.engine()
    world = World(engine, tmp_path, register=REGISTER)
    assert show(engine, world.environment, "flow:demo").review is None
    for number in ("1", "2"):
        world.received(number, "06-02 10:00", office="12")
        world.event(number, "stage", "06-02 11:00", "LAND")
    world.round("06-05 10:00")
    shown = show(engine, world.environment, "flow:demo")
    again = show(engine, world.environment, "flow:demo")
    engine.dispose()
    assert shown.explained is not None
    assert shown.review is not None
    assert again.review is not None
    assert shown.review.review["id"] != again.review.review["id"]
    assert [each["became"] for each in shown.review.history] == ["open", "disputed", "closed"]
    assert [row["closed"] for row in again.statistics] == [2]
    assert shown.as_json()["explained"]["whole"] == sum(shown.explained.shares.values())
    tell(shown)
