"""A system that is away over a real socket: held, tried, and let go when it is back."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from flows.composite_services.holding.release import release
from flows.composite_services.showing.rows import parts
from flows.composite_services.undoing.cancel import cancel
from models.database.engine import Database
from tests.flows.composite_services.bodies import Body, running
from tests.flows.composite_services.carried import Scene, call, definition, environment

SECOND = timedelta(seconds=1)


@pytest.fixture
def body() -> Iterator[Body]:
    with running() as body:
        yield body


@pytest.fixture
def scene(synced: Database, body: Body, tmp_path: Path) -> Iterator[Scene]:
    """One application whose body says that it is busy, and a circuit that opens at once."""
    engine = synced.engine()
    circuit = {"failures": 1, "first_try": "30s", "longest_wait": "2m"}
    house = environment(tmp_path, body, circuit=circuit, release_per_minute=600)
    yield Scene(engine, house, body, definition(one=call())).begin()
    engine.dispose()


def later(it: Scene) -> Scene:
    """An application that came while the system was away."""
    parts = (it.engine, it.environment, it.body, it.definition)
    return Scene(*parts, "OA-2026-000002-2", it.at + 5 * SECOND).begin()


def let_go(it: Scene) -> int:
    with it.engine.begin() as connection:
        return sum(release(connection, it.environment, it.at, "test").values())


def test_nothing_is_sent_to_a_system_that_fails_and_all_goes_on_when_it_is_back(
    scene: Scene,
) -> None:
    scene.body.faults.append("busy")
    assert scene.carry()["one"] == "ready"
    assert scene.carry(5 * SECOND) == {"": "held", "one": "held"}
    assert scene.values("SELECT sentence FROM composite_applications") == [
        "Step (en): The body (en) does not answer now; it goes on by itself when it is back"
    ]
    assert let_go(scene) == 0
    assert scene.body.ledger == []
    assert scene.carry(30 * SECOND) == {"": "ended/done", "one": "done"}
    assert scene.body.ledger == [f"{scene.number}/one"]


def test_one_try_is_made_and_the_others_are_let_go_after_it(scene: Scene) -> None:
    scene.body.faults.append("busy")
    scene.carry()
    second = later(scene)
    second.carry()
    scene.carry(5 * SECOND)
    scene.carry(30 * SECOND)
    assert scene.body.ledger == [f"{scene.number}/one"]
    assert second.states()["one"] == "held"
    assert let_go(scene) == 1
    second.at = scene.at
    assert second.carry()["one"] == "done"


def test_the_wait_grows_while_tries_fail(scene: Scene) -> None:
    scene.body.faults += ["busy"] * 3
    scene.carry()
    for _ in range(40):
        scene.carry(10 * SECOND)
    with scene.engine.connect() as connection:
        failures = connection.execute(
            text("SELECT count(*) FROM composite_attempts WHERE outcome = 'failed'")
        ).scalar()
        entries = connection.execute(
            text("SELECT details FROM audit_entries WHERE action LIKE 'circuit.%' ORDER BY seq")
        )
        assert len(list(entries)) == 2, "opened once, closed once"
    assert failures == 3
    assert scene.states()["one"] == "done"


def _history(it: Scene) -> list[tuple[str | None, str, str]]:
    with it.engine.begin() as connection:
        rows = parts(connection, it.application)["history"]
    return [(each["step"], each["was"], each["became"]) for each in rows]


def test_a_try_that_fails_changes_nothing_that_a_person_sees(scene: Scene) -> None:
    scene.body.faults += ["busy", "busy", "busy"]
    scene.carry()
    assert scene.carry(5 * SECOND) == {"": "held", "one": "held"}
    before = _history(scene)
    assert before[-2:] == [("one", "ready", "held"), (None, "running", "held")]
    sentence = scene.values("SELECT sentence FROM composite_applications")
    for _ in range(2):
        scene.carry(60 * SECOND)
        assert scene.states() == {"": "held", "one": "held"}
        assert _history(scene) == before
        assert scene.values("SELECT sentence FROM composite_applications") == sentence
    assert [each[2] for each in scene.outcomes()] == ["failed"] * 3, "but it was tried"
    wholes = scene.values("SELECT became FROM composite_changes WHERE step IS NULL")
    assert wholes == ["held"], "the application stood still all the time"
    assert scene.carry(240 * SECOND)[""] == "ended/done"
    assert _history(scene)[-2:] == [("one", "calling", "done"), (None, "held", "ended")]


def test_what_may_have_been_done_is_not_hidden_by_being_held(scene: Scene) -> None:
    repeatable = definition(one=call(repeatable=True))
    it = Scene(scene.engine, scene.environment, scene.body, repeatable, "OA-2026-000003-1")
    it.begin()
    it.body.faults.append("lose")
    assert it.carry()["one"] == "ready"
    assert it.carry(5 * SECOND)["one"] == "ready", "put off, and still in doubt"
    assert it.body.ledger == [f"{it.number}/one"]
    with it.engine.begin() as connection:
        cancel(connection, it.environment, it.number, reason="moved", actor="x", moment=it.at)
    assert it.carry(120 * SECOND)[""] == "ended/cancelled"
    assert it.body.ledger == [f"{it.number}/one", f"undo {it.number}/one"]
