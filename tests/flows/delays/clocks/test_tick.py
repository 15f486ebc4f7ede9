"""The round of the clocks: by what changed, outages that stop clocks, what cannot be."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from flows.delays.clocks import tick
from models.database import Database
from models.errors import CouldNotRun
from tests.flows.delays.clocks.bodies import REGISTER, SYSTEMS
from tests.flows.delays.world import World, moment

POLICY = {"delays": {"stop_on_outage": {"systems": ["registry"], "at_least": "1h"}}}
HOUR = 3600


@pytest.fixture
def world(synced: Database, tmp_path: Path) -> Iterator[World]:
    """LAND has an application since Monday 12:00; it is due on Wednesday, 18:00."""
    engine = synced.engine()
    made = World(engine, tmp_path, register=REGISTER, systems=SYSTEMS)
    made.received("1", "06-02 10:00", office="12")
    made.event("1", "registered", "06-02 11:00", "12")
    made.event("1", "stage", "06-02 12:00", "LAND")
    yield made
    engine.dispose()


def split(world: World, at: str) -> dict[str, Any]:
    """A round, and the split of the one application; empty where it is not kept."""
    tick.tick(world.engine, world.environment, as_of=moment(at))
    rows = world.all("SELECT parties, seconds, findings, odd FROM clocks")
    if not rows:
        return {}
    parties, seconds, findings, odd = rows[0]
    return {
        "parts": list(zip(parties, seconds, strict=True)),
        "findings": findings,
        "odd": set(odd or ()),
    }


def due(world: World) -> Any:
    ((found,),) = world.all("SELECT due_at FROM applications")
    return found


def test_the_completed_are_kept_and_the_open_are_not(world: World) -> None:
    assert split(world, "06-03 10:00") == {}
    assert world.all("SELECT * FROM clock_queue") == []
    world.completed("1", "06-03 12:00")
    made = split(world, "06-03 13:00")
    assert made["parts"] == [("office:12", HOUR), ("office:12", HOUR), ("body:LAND", 9 * HOUR)]
    with world.engine.begin() as connection:
        connection.execute(text("UPDATE applications SET completed_at = NULL"))
        connection.execute(text("INSERT INTO clock_queue VALUES ('office', '1')"))
    assert split(world, "06-03 14:00") == {}, "it was opened again"


def test_a_completion_after_the_moment_waits_for_it(world: World) -> None:
    world.completed("1", "06-04 12:00")
    assert split(world, "06-03 10:00") == {}
    assert split(world, "06-04 13:00")["parts"][-1] == ("body:LAND", 18 * HOUR)


def test_an_outage_explains_and_stops_no_clock_without_the_policy(world: World) -> None:
    before = due(world)
    world.outage(7, "registry", "06-03 09:00", "06-03 12:00")
    world.completed("1", "06-03 13:00")
    made = split(world, "06-03 14:00")
    assert made["parts"][2:] == [
        ("body:LAND", 6 * HOUR),
        ("outage:7", 3 * HOUR),
        ("body:LAND", HOUR),
    ]
    assert made["findings"] == [7]
    assert due(world) == before


def test_the_outage_of_the_holders_own_system_is_its_own(world: World) -> None:
    world.event("1", "stage", "06-02 13:00", "REGISTRY")
    world.outage(7, "registry", "06-03 09:00", "06-03 12:00")
    world.completed("1", "06-03 13:00")
    made = split(world, "06-03 14:00")
    parties = {party for party, _ in made["parts"][3:]}
    assert (parties, sum(s for _, s in made["parts"][3:])) == ({"body:REGISTRY"}, 9 * HOUR)
    assert made["findings"] is None


def test_with_the_policy_the_due_date_moves_with_the_evidence(world: World) -> None:
    world.change(environment=POLICY, register=REGISTER, systems=SYSTEMS)
    before = due(world)
    world.outage(7, "registry", "06-03 15:00", "06-04 10:00")
    assert tick.follow(world.engine, world.environment) == (1, 1)
    assert world.all("SELECT stopped_at, restarted_at, reason, finding_id FROM clock_stops") == [
        (moment("06-03 15:00"), moment("06-04 10:00"), "outage", 7)
    ]
    assert before == moment("06-04 18:00")
    assert due(world) == moment("06-05 18:00"), "Tuesday's close is not counted"
    assert tick.follow(world.engine, world.environment) == (0, 0), "nothing more to follow"
    world.change(environment={"delays": None}, register=REGISTER, systems=SYSTEMS)
    assert tick.follow(world.engine, world.environment) == (1, 1)
    assert due(world) == before, "the policy is taken back, and so is the stop"


def test_a_short_outage_stops_nothing(world: World) -> None:
    world.change(environment=POLICY, register=REGISTER, systems=SYSTEMS)
    world.outage(7, "registry", "06-03 17:30", "06-03 18:10")
    tick.follow(world.engine, world.environment)
    assert world.all("SELECT * FROM clock_stops") == []


def test_an_outage_goes_on_and_ends(world: World) -> None:
    world.change(environment=POLICY, register=REGISTER, systems=SYSTEMS)
    world.outage(7, "registry", "06-03 15:00")
    tick.follow(world.engine, world.environment)
    assert due(world) is None, "there is no due date while the clock stands still"
    world.event("1", "stopped", "06-04 10:00", "applicant")
    world.event("1", "restarted", "06-05 10:00", "LAND")
    world.outage(7, "registry", "06-03 15:00", "06-05 20:00")
    tick.follow(world.engine, world.environment)
    stops = world.all("""
        SELECT stopped_at, restarted_at, finding_id FROM clock_stops ORDER BY stopped_at
    """)
    assert stops == [
        (moment("06-03 15:00"), moment("06-04 10:00"), 7),
        (moment("06-04 10:00"), moment("06-05 10:00"), None),
        (moment("06-05 10:00"), moment("06-05 20:00"), 7),
    ], "the applicant had it between, and no time counts twice"


def test_nobody_known_to_have_it_is_kept_from_nothing(world: World) -> None:
    world.change(environment=POLICY, register=REGISTER, systems=SYSTEMS)
    world.event("1", "stage", "06-02 13:00")
    world.outage(7, "registry", "06-03 15:00", "06-04 10:00")
    tick.follow(world.engine, world.environment)
    assert world.all("SELECT * FROM clock_stops") == []


def test_a_finding_that_is_not_proven_is_no_outage(world: World) -> None:
    world.outage(7, "registry", "06-03 09:00", "06-03 12:00")
    with world.engine.begin() as connection:
        connection.execute(text("UPDATE findings SET confirmed_at = NULL"))
    assert tick.follow(world.engine, world.environment) == (0, 0)


def test_a_standard_that_changes_while_the_clock_stands_still_keeps_the_pause(
    world: World,
) -> None:
    world.event("1", "stopped", "06-03 10:00", "applicant")
    assert due(world) is None
    longer = {"standards": [{"service": "00100101", "term": 4, "unit": "working_days"}]}
    world.change(register={**REGISTER, **longer}, systems=SYSTEMS)
    assert due(world) is None
    world.event("1", "restarted", "06-04 10:00", "LAND")
    assert due(world) == moment("06-10 18:00"), "four days, the one of the stop and a holiday off"


ODD = {
    "before_receipt": [("stage", "06-01 10:00", "LAND")],
    "after_completion": [("stopped", "06-04 10:00", "applicant")],
    "repeated": [("stage", "06-02 15:00", "LAND"), ("stage", "06-02 15:00", "LAND")],
    "stops_unmatched": [("restarted", "06-02 15:00", "LAND")],
    "stranger": [("stage", "06-02 15:00", "nobody knows it")],
}


def _tell(world: World, events: list[tuple[str, str, str]]) -> None:
    for place, (kind, at, holder) in enumerate(events):
        with world.engine.begin() as connection:
            connection.execute(
                text("""
                    INSERT INTO application_events (system, event, number, kind, at, holder,
                        source, pull_id)
                    VALUES ('office', :event, '1', :kind, :at, :holder, 'office.events', 1)
                """),
                {"event": f"odd-{place}", "kind": kind, "at": moment(at), "holder": holder},
            )


@pytest.mark.parametrize("code", ODD)
def test_what_cannot_be_is_counted(world: World, code: str) -> None:
    _tell(world, ODD[code])
    world.completed("1", "06-03 12:00")
    made = split(world, "06-05 10:00")
    assert made["odd"] == {code}
    assert sum(seconds for _, seconds in made["parts"]) == 11 * HOUR


def test_two_strangers_at_one_moment_are_not_one_event_twice(world: World) -> None:
    both = ("nobody knows it", "nor this one")
    _tell(world, [("stage", "06-02 15:00", holder) for holder in both])
    world.completed("1", "06-03 12:00")
    assert split(world, "06-05 10:00")["odd"] == {"stranger"}


def test_many_are_split_in_parts(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tick, "PART", 5)
    for number in range(2, 30):
        world.received(str(number), "06-02 10:00", completed_at=moment("06-03 10:00"))
    report = tick.tick(world.engine, world.environment, as_of=moment("06-03 11:00"))
    assert report.split == 28, "an open one is split when it is asked for"
    assert world.all("SELECT count(*), sum(whole) FROM clocks") == [(28, 28 * 9 * HOUR)]
    assert world.all("SELECT * FROM clock_queue") == []


def test_two_rounds_at_once(world: World) -> None:
    with world.engine.begin() as connection:
        connection.execute(
            text("SELECT pg_advisory_xact_lock(:lock, hashtext('test'))"), {"lock": tick.LOCK}
        )
        with pytest.raises(CouldNotRun, match="another round is going on"):
            tick.tick(world.engine, world.environment)
