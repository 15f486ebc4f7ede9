"""Each breach opens a review with its probable cause; breaches of one cause share one."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from models.database import Database
from tests.flows.delays.clocks.bodies import REGISTER, SYSTEMS
from tests.flows.delays.world import World, moment

RECEIVED = "06-02 10:00"
"""A Monday; the term of two working days ends on Wednesday, 18:00."""


@pytest.fixture
def world(synced: Database, tmp_path: Path) -> Iterator[World]:
    engine = synced.engine()
    review = {"departments": {"750000000": "Almaty", "*": "Headquarters"}, "term": 3}
    delays = {"delays": {"review": review}}
    yield World(engine, tmp_path, environment=delays, register=REGISTER, systems=SYSTEMS)
    engine.dispose()


def reviews(world: World) -> list[tuple[Any, ...]]:
    return world.all("SELECT cause, party, state FROM reviews ORDER BY id")


def _body(world: World) -> None:
    world.received("1", RECEIVED, office="12")
    world.event("1", "registered", "06-02 11:00", "12")
    world.event("1", "stage", "06-02 12:00", "LAND")


def _staff(world: World) -> None:
    world.received("1", RECEIVED, office="12")
    world.event("1", "registered", RECEIVED, "12")


def _outage(world: World) -> None:
    _body(world)
    world.outage(7, "registry", "06-03 09:00", "06-04 18:00")


def _short_outage(world: World) -> None:
    _body(world)
    world.outage(7, "registry", "06-03 09:00", "06-03 09:30")


def _registered_late(world: World) -> None:
    world.received("1", RECEIVED, office="12")
    world.event("1", "registered", "06-04 15:00", "12")
    world.event("1", "stage", "06-04 15:30", "LAND")


def _handed_over_late(world: World) -> None:
    world.received("1", RECEIVED, office="12", channel="state_corporation")
    world.event("1", "registered", RECEIVED, "12")
    world.event("1", "stage", "06-02 11:00", "LAND")
    world.event("1", "stage", "06-04 12:00", "12")


def _documents(world: World) -> None:
    _body(world)
    world.event("1", "stage", "06-02 13:00", "applicant")


def _no_stages(world: World) -> None:
    world.received("1", RECEIVED)


def _contradiction(world: World) -> None:
    _body(world)
    world.event("1", "completed", "06-03 12:00", "12")


def _quarantine(world: World) -> None:
    _body(world)
    with world.engine.begin() as connection:
        connection.exec_driver_sql("""
            INSERT INTO quarantine (source, dataset, key, fingerprint, state, codes, reasons,
                record, pull_id, held_at, settled_at)
            VALUES ('office.applications', 'applications', '1', 'x', 'released', '{}', '{}', '{}',
                1, '2025-06-02 09:00+05', '2025-06-04 12:00+05')
        """)


CASES: list[tuple[Callable[[World], None], str, str | None]] = [
    (_body, "late_at_body", "body:LAND"),
    (_staff, "own_staff", "office:12"),
    (_outage, "outage", "body:REGISTRY"),
    (_short_outage, "late_at_body", "body:LAND"),
    (_registered_late, "registration_late", "office:12"),
    (_handed_over_late, "late_hand_over", "body:LAND"),
    (_documents, "missing_documents", None),
    (_no_stages, "not_known", None),
    (_contradiction, "data_wrong", None),
    (_quarantine, "tereze", "tereze"),
]


@pytest.mark.parametrize(("happened", "cause", "party"), CASES, ids=[c[0].__name__ for c in CASES])
def test_the_probable_cause(
    world: World, happened: Callable[[World], None], cause: str, party: str | None
) -> None:
    happened(world)
    world.round("06-04 17:00")
    assert reviews(world) == []
    world.round("06-05 10:00")
    assert reviews(world) == [(cause, party, "open")]
    world.round("06-05 11:00")
    assert len(reviews(world)) == 1, "a round that finds nothing new opens nothing"
    ((whole, parts, late),) = world.all("""
        SELECT (SELECT sum((x ->> 'seconds')::int) FROM jsonb_array_elements(timeline) x),
            (SELECT sum(each) FROM unnest(seconds) each), late FROM review_cases
    """)
    assert whole == parts == 3600 * (8 + 9 + 9 + 1), "from Monday 10:00 to Thursday 10:00"
    assert late == 3600


def test_what_a_review_knows(world: World) -> None:
    _body(world)
    world.round("06-05 10:00")
    ((department, due, questions, evidence),) = world.all(
        "SELECT department, due_at, questions, evidence FROM reviews"
    )
    assert department == "Headquarters"
    assert due == moment("06-11 18:00"), "three working days, a holiday and a weekend between"
    assert len(questions) == 2
    assert evidence["late_seconds"] == 3600
    assert evidence["body_seconds"] == 3600 * (6 + 9 + 9 + 1)
    ((became, reason, actor),) = world.all("SELECT became, reason, actor FROM review_changes")
    assert (became, reason, actor) == ("open", "late_at_body", "test")
    assert world.all("SELECT count(*) FROM audit_entries WHERE action = 'reviews.opened'") == [(1,)]


def test_breaches_of_one_outage_are_one_review_and_others_are_not(world: World) -> None:
    world.outage(7, "registry", "06-03 09:00", "06-04 18:00")
    for number, region in (("1", "750000000"), ("2", "750000000")):
        world.received(number, RECEIVED, region=region)
        world.event(number, "stage", RECEIVED, "LAND")
    world.round("06-05 10:00")
    assert world.all("SELECT department, region FROM reviews") == [("Almaty", "750000000")]
    world.received("3", "06-02 11:00", region="710000000")
    world.event("3", "stage", "06-02 12:00", "LAND")
    world.round("06-05 11:00")
    assert world.all("SELECT department, region FROM reviews") == [("Headquarters", None)]
    assert world.all("SELECT count(*) FROM review_cases") == [(3,)]
    for number in ("4", "5"):
        world.received(number, "06-09 10:00")
        world.event(number, "stage", "06-09 10:00", "LAND")
    world.round("06-12 10:00")
    assert [row[0] for row in reviews(world)] == ["outage", "late_at_body", "late_at_body"]


def test_the_review_knows_what_became_of_its_breach(world: World) -> None:
    _body(world)
    world.round("06-05 10:00")
    world.completed("1", "06-05 12:00")
    world.round("06-05 13:00")
    assert world.all("SELECT state, late FROM review_cases") == [("closed_late", 3 * 3600)]
    world.change(
        register={"standards": [{"service": "00100101", "term": 9, "unit": "working_days"}]}
    )
    world.round("06-05 14:00")
    assert reviews(world) == [("late_at_body", "body:LAND", "withdrawn")]
    world.change()
    world.round("06-05 15:00")
    assert reviews(world) == [("late_at_body", "body:LAND", "open")]
    steps = [row[0] for row in world.all("SELECT reason FROM review_changes ORDER BY id")]
    assert steps == ["late_at_body", "withdrawn", "breached_again"]
