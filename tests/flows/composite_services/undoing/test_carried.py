"""Taking back over a real socket: in reverse order, after doubt, by letter, and when it fails."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.composite_services.assistance.cases import How, resolve
from flows.composite_services.undoing.cancel import cancel
from models.database.engine import Database
from tests.flows.composite_services.bodies import Body, running
from tests.flows.composite_services.carried import Scene, call, definition, environment
from tests.flows.composite_services.small import names

MINUTE = timedelta(minutes=1)
LETTER = {"by": "letter", "to": "TAX", "text": names("Undo {reference}")}
NEVER = {**call()["undo"], "done": "answer.state == 'never said'"}
PAUSE = {"kind": "wait", "names": names("Pause"), "for": "30d"}


@pytest.fixture
def body() -> Iterator[Body]:
    with running() as body:
        yield body


@pytest.fixture
def scene(synced: Database, body: Body, tmp_path: Path) -> Iterator[Any]:
    engine = synced.engine()
    made = environment(tmp_path, body)

    def make(*faults: str, **steps: dict[str, Any]) -> Scene:
        body.faults += faults
        return Scene(engine, made, body, definition(**steps)).begin()

    yield make
    engine.dispose()


def cancelled(it: Scene) -> None:
    with it.engine.begin() as connection:
        given = {"reason": "they moved away", "actor": "person:aigul"}
        cancel(connection, it.environment, it.number, **given, moment=it.at)


def resolved(it: Scene, how: How) -> None:
    [case] = it.values("SELECT id FROM assistance_cases WHERE state = 'open'")
    with it.engine.begin() as connection:
        resolve(
            connection,
            it.environment,
            case,
            how=how,
            resolution="asked them",
            answers={},
            actor="person:aigul",
            moment=it.at,
        )


def deeds(it: Scene) -> list[str]:
    return [each.replace(f"{it.number}/", "") for each in it.body.ledger]


def test_what_was_done_is_taken_back_the_last_first(scene: Any) -> None:
    it = scene(
        one=call(), two=call("one"), three=call("two"), pause={**PAUSE, "requires": ["three"]}
    )
    it.carry()
    cancelled(it)
    assert it.carry() == {
        "": "ended/cancelled",
        **dict.fromkeys(("one", "two", "three"), "undone"),
        "pause": "dropped",
    }
    assert deeds(it) == ["one", "two", "three", "undo three", "undo two", "undo one"]


def test_every_undo_is_witnessed_by_what_was_sent_and_came(scene: Any) -> None:
    it = scene(one=call(), pause={**PAUSE, "requires": ["one"]})
    it.carry()
    cancelled(it)
    it.carry()
    query = """
        SELECT outcome, asked IS NOT NULL, length(asked_sha256), length(answered_sha256)
        FROM composite_attempts WHERE does = 'undo'
    """
    assert it.values(query) == [("done", True, 64, 64)]


def test_what_is_out_is_asked_for_first_and_then_taken_back(scene: Any) -> None:
    it = scene("lose", one=call())
    assert it.carry()["one"] == "waiting"
    cancelled(it)
    assert it.carry()["one"] == "undone"
    assert deeds(it) == ["one", "undo one"]


def test_what_never_came_through_is_not_sent_any_more(scene: Any) -> None:
    it = scene("cut", one=call())
    it.carry()
    cancelled(it)
    assert it.carry(2 * MINUTE) == {"": "ended/cancelled", "one": "dropped"}
    assert deeds(it) == []


def test_what_may_have_been_done_though_it_may_be_repeated_is_asked_for(scene: Any) -> None:
    it = scene("lose", one=call(repeatable=True))
    assert it.carry()["one"] == "ready"
    cancelled(it)
    assert it.carry()["one"] == "undone"
    assert deeds(it) == ["one", "undo one"]


def test_it_also_is_where_the_answer_is_lost_after_the_cancelling(scene: Any) -> None:
    it = scene("lose", one=call(repeatable=True))
    it.execute("UPDATE composite_applications SET undo_from = :at", at=it.at)
    it.carry()
    assert it.carry(MINUTE)["one"] == "undone"
    assert deeds(it) == ["one", "undo one"]


def test_an_undo_by_letter_waits_for_its_case_and_the_rest_for_it(scene: Any) -> None:
    it = scene(one=call(), two=call("one", undo=LETTER), pause={**PAUSE, "requires": ["two"]})
    it.carry()
    cancelled(it)
    assert it.carry() == {"": "cancelling", "one": "done", "two": "undoing", "pause": "dropped"}
    assert it.values("SELECT kind FROM assistance_cases") == ["letter"]
    resolved(it, "done")
    assert it.carry()[""] == "ended/cancelled"
    assert deeds(it) == ["one", "two", "undo one"]


@pytest.mark.parametrize(
    ("how", "two"),
    [("done", "undone"), ("drop", "done"), ("again", "undoing")],
)
def test_an_undo_that_fails_is_an_incident_and_the_rest_waits_for_it(
    scene: Any, how: How, two: str
) -> None:
    it = scene(one=call(), two=call("one", undo=NEVER), pause={**PAUSE, "requires": ["two"]})
    it.carry()
    cancelled(it)
    for _ in range(20):
        it.carry(2 * MINUTE)
    found = it.states()
    assert (found["one"], found["two"], found[""]) == ("done", "undoing", "cancelling")
    assert it.values("SELECT kind || ' ' || office FROM assistance_cases") == ["incident office 1"]
    before = deeds(it).count("undo two")
    resolved(it, how)
    found = it.carry()
    assert found["two"] == two
    if how == "again":
        assert deeds(it).count("undo two") == before + 1
    else:
        assert found["one"] == "undone"
        assert found[""] == "ended/cancelled"


def test_an_undo_whose_answer_is_lost_waits_for_a_person_where_nobody_can_be_asked(
    scene: Any,
) -> None:
    it = scene(one=call(), pause={**PAUSE, "requires": ["one"]})
    it.carry()
    it.body.faults[:] = ["lose undo"]
    cancelled(it)
    for _ in range(3):
        assert it.carry(60 * MINUTE)["one"] == "undoing"
    assert it.body.ledger == [f"{it.number}/one", f"undo {it.number}/one"], "never sent twice"
    assert it.values("SELECT kind || ' ' || reason FROM assistance_cases") == [
        "incident undo_failed"
    ]
    resolved(it, "done")
    assert it.carry()[""] == "ended/cancelled"


def test_what_nothing_can_take_back_stays_and_is_told(scene: Any) -> None:
    stays = {"by": "none", "why": names("An act stays")}
    it = scene(one=call(undo=stays), two=call("one"), pause={**PAUSE, "requires": ["two"]})
    it.carry()
    cancelled(it)
    assert it.carry() == {
        **{"": "ended/cancelled", "one": "done", "two": "undone", "pause": "dropped"}
    }
