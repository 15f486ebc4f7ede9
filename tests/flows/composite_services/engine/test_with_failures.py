"""Carrying while things fail around it: held systems, withdrawals, late answers."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from flows.composite_services.engine.answering import Tally, answer
from flows.composite_services.engine.calls import Callers, make
from flows.composite_services.engine.carrier import Carrier
from flows.composite_services.engine.keeping import forget, let_go
from flows.composite_services.engine.lanes import Rooms
from flows.composite_services.engine.taking import plan, take
from flows.composite_services.undoing.cancel import cancel
from models.database.engine import Database
from tests.flows.composite_services.carried import ASK, Scene, call
from tests.flows.composite_services.stage import Begin, stage

MINUTE = timedelta(minutes=1)


@pytest.fixture
def scene(synced: Database, tmp_path: Path) -> Iterator[Begin]:
    with stage(synced, tmp_path, circuit={"failures": 2, "first_try": "30s"}) as begin:
        yield begin


def withdrawn(it: Scene) -> dict[str, str]:
    """The person withdraws the application; what follows is carried."""
    with it.engine.begin() as connection:
        cancel(connection, it.environment, it.number, reason="moved", actor="officer", moment=it.at)
    return it.carry()


def test_a_system_that_fails_is_left_alone_and_tried_by_one_step(scene: Begin) -> None:
    first = scene("busy", "busy", one=call(), two=call())
    first.carry()
    later = scene(one=call(), two=call())
    assert later.carry()["one"] == "held", "its circuit is open"
    assert later.states() == {"": "held", "one": "held", "two": "held"}
    before = len(later.body.ledger)
    assert later.carry(timedelta(seconds=20))["one"] == "held"
    assert len(later.body.ledger) == before
    later.carry(MINUTE)
    assert len(later.body.ledger) > before, "a try got through"
    let_go(later.engine, later.environment, later.at)
    assert later.carry(MINUTE)[""] == "ended/done"


def test_what_was_done_is_undone_in_reverse_order(scene: Begin) -> None:
    it = scene(one=call(), two=call("one"), three=call("two", kind="send", ask_every="1h"))
    it.body.faults = ["", "", "take"]
    it.carry()
    assert it.states()["three"] == "waiting"
    assert withdrawn(it)[""] == "cancelling", "what is out is awaited first"
    it.body.results[f"{it.number}/three"] = {"state": "done", "iin": "x"}
    assert it.carry(timedelta(hours=2))[""] == "ended/cancelled"
    done = [f"{it.number}/{name}" for name in ("one", "two", "three")]
    assert it.body.ledger == [*done, *(f"undo {key}" for key in reversed(done))]
    undone = [each for each in it.outcomes() if each[1] == "undo"]
    assert undone == [(name, "undo", "done") for name in ("three", "two", "one")]


def test_an_undo_that_may_have_worked_is_asked_about(scene: Begin) -> None:
    undo = {
        "by": "call",
        "operation": {"method": "DELETE", "path": "/gone/{key}"},
        "input": {"key": "key"},
        "done": "status == `299`",
        "ask": {
            **ASK,
            "answers": {"done": "answer.state == 'done'", "absent": "status == `404`"},
        },
    }
    wait = {"kind": "wait", "names": {"en": "Wait"}, "for": "2h", "requires": ["one"]}
    it = scene(one=call(undo=undo), wait=wait)
    it.carry()
    assert withdrawn(it) == {"": "cancelling", "one": "undoing", "wait": "dropped"}
    assert it.carry(MINUTE) == {"": "ended/cancelled", "one": "undone", "wait": "dropped"}
    assert [each[1] for each in it.outcomes()] == ["call", "undo", "ask_undo"]


def test_an_answer_after_the_lease_settles_a_doubt_but_moves_nothing_that_went_on(
    scene: Begin,
) -> None:
    it = scene(one=call())
    callers = Callers(it.environment, lambda _system, _call: None)
    carrier = Carrier(it.engine, it.environment, callers, lambda: it.at)
    with it.engine.begin() as connection:
        (intent,), _ = take(carrier, connection, it.at, Rooms(lambda _: 1))
    answered = make(intent, callers, lambda: it.at, 60)
    it.body.results.clear()  # it cannot tell what it did
    assert it.carry(2 * MINUTE)["one"] == "waiting"
    for _ in range(2):
        with it.engine.begin() as connection:
            answer(plan(carrier, connection, it.at, Rooms(lambda _: 1)), [answered], Tally())
        assert it.states() == {"": "ended/done", "one": "done"}
    assert it.body.ledger == [f"{it.number}/one"]


def test_copies_are_forgotten_and_their_digests_kept(scene: Begin) -> None:
    it = scene(one=call())
    it.carry()
    with it.engine.begin() as connection:
        assert forget(connection, it.environment, it.at + timedelta(days=300)) == 0
        assert forget(connection, it.environment, it.at + timedelta(days=400)) == 1
        assert forget(connection, it.environment, it.at + timedelta(days=400)) == 0
    ((asked, digest),) = it.values("SELECT asked, asked_sha256 FROM composite_attempts")
    assert asked is None
    assert len(digest) == 64


def test_calls_are_exchanges(scene: Begin) -> None:
    it = scene("busy", one=call())
    it.carry()
    it.carry(MINUTE)
    assert it.values("SELECT client, system FROM exchange_series") == [
        ("composite_services", "body")
    ]
    assert sorted(it.values("SELECT outcome FROM exchanges")) == [0, 1]
