"""One application carried over a real socket, with what can happen to each call."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from models.database.engine import Database
from tests.flows.composite_services.carried import call
from tests.flows.composite_services.stage import Begin, stage

MINUTE = timedelta(minutes=1)


@pytest.fixture
def scene(synced: Database, tmp_path: Path) -> Iterator[Begin]:
    with stage(synced, tmp_path) as begin:
        yield begin


def test_three_steps_in_a_row(scene: Begin) -> None:
    it = scene(one=call(), two=call("one"), three=call("two"))
    assert it.carry() == {"": "ended/done", "one": "done", "two": "done", "three": "done"}
    assert it.body.ledger == [f"{it.number}/{name}" for name in ("one", "two", "three")]
    assert it.outcomes() == [(name, "call", "done") for name in ("one", "two", "three")]


def test_side_by_side_and_joined(scene: Begin) -> None:
    it = scene(a=call(), b=call(), joined=call("a", "b"))
    assert it.carry()["joined"] == "done"
    assert sorted(it.body.ledger[:2]) == [f"{it.number}/a", f"{it.number}/b"]
    assert it.body.ledger[2:] == [f"{it.number}/joined"]


def test_a_lost_answer_is_asked_for_and_not_sent_again(scene: Begin) -> None:
    it = scene("lose", one=call())
    assert it.carry() == {"": "running", "one": "waiting"}
    assert it.carry(MINUTE) == {"": "ended/done", "one": "done"}
    assert it.body.ledger == [f"{it.number}/one"]
    assert it.outcomes() == [("one", "call", "unanswered"), ("one", "ask", "done")]


def test_a_call_that_never_came_through_is_sent_again_once_that_is_certain(scene: Begin) -> None:
    it = scene("cut", one=call())
    assert it.carry() == {"": "running", "one": "waiting"}
    assert it.carry(timedelta(seconds=3))["one"] == "waiting", "a call may still be on its way"
    assert it.carry(MINUTE) == {"": "ended/done", "one": "done"}
    assert it.body.ledger == [f"{it.number}/one"]
    assert [each[2] for each in it.outcomes()] == ["unanswered", "absent", "absent", "done"]


def test_where_nobody_can_be_asked_a_person_asks(scene: Begin) -> None:
    it = scene("lose", one=call(ask=False), two=call("one"))
    assert it.carry() == {"": "person", "one": "person", "two": "pending"}
    assert it.carry(MINUTE * 60)["one"] == "person"
    assert it.body.ledger == [f"{it.number}/one"]
    assert it.values("SELECT reason, office FROM assistance_cases") == [
        ("unknown_whether_done", "office 1")
    ]


def test_what_the_body_does_only_once_is_sent_again_without_asking(scene: Begin) -> None:
    it = scene("cut", one=call(ask=False, repeatable=True))
    assert it.carry()["one"] == "ready"
    assert it.carry(timedelta(seconds=3))["one"] == "done"


def test_a_busy_body_is_tried_again_with_longer_waits_until_a_person_gets_it(scene: Begin) -> None:
    it = scene(*["busy"] * 4, one=call())
    waits = []
    while it.carry()["one"] == "ready":
        (next_at,) = it.values("SELECT next_at FROM composite_steps")
        waits.append((next_at - it.at).total_seconds())
        it.at = next_at
        it.execute("UPDATE composite_circuits SET failures = 0")  # others got good answers
    assert waits == [2, 4, 8]
    assert it.states() == {"": "person", "one": "person"}
    assert it.body.ledger == []


def test_a_body_that_is_away_for_all_is_waited_for_however_long(scene: Begin) -> None:
    it = scene(*["busy"] * 12, one=call())
    seen = {it.carry(timedelta(minutes=5))["one"] for _ in range(20)}
    assert "person" not in seen
    assert "held" in seen
    for _ in range(30):
        states = it.carry(timedelta(minutes=20))
    assert states == {"": "ended/done", "one": "done"}
    assert len(it.body.ledger) == 1
    assert it.values("SELECT count(*) FROM assistance_cases") == [0]


def test_a_refusal_is_an_outcome_and_the_rest_goes_on(scene: Begin) -> None:
    it = scene("refuse", one=call(on_refusal="go_on"), two=call("one"), three=call())
    it.body.faults = ["refuse"]
    states = it.carry()
    assert states[""] == "ended/partly"
    assert sorted(states.values()) == ["done", "done", "ended/partly", "refused"]
    assert it.values("SELECT refusal FROM composite_steps WHERE state = 'refused'") == [
        {"reason": "not so", "grounds": "rule 4"}
    ]


def test_a_refusal_may_stop_the_rest_or_go_to_a_person(scene: Begin) -> None:
    it = scene("refuse", one=call(on_refusal="person"), two=call("one"))
    assert it.carry() == {"": "person", "one": "person", "two": "pending"}


def test_an_answer_that_lacks_a_result_is_kept_and_the_difference_is_named(scene: Begin) -> None:
    answers = {"done": "answer.state == 'done'", "result": {"place": "answer.place"}}
    it = scene(one=call(answers=answers))
    assert it.carry()["one"] == "person"
    (kept,) = it.values("SELECT answered FROM composite_attempts")
    assert '"act"' in kept
    (missing,) = it.values("SELECT missing FROM assistance_cases")
    assert "`place`" in missing


def test_an_answer_that_fits_nothing_is_asked_about(scene: Begin) -> None:
    it = scene("odd", one=call())
    assert it.carry()["one"] == "waiting"
    assert it.carry(MINUTE)["one"] == "done"
    assert it.body.ledger == [f"{it.number}/one"]


def test_a_condition_that_does_not_hold_skips_the_step_and_not_what_follows(scene: Begin) -> None:
    it = scene(
        one=call(), two=call("one", when="steps.one.result.child_iin == 'x'"), three=call("two")
    )
    assert it.carry() == {"": "ended/done", "one": "done", "two": "skipped", "three": "done"}


def test_a_wait_and_a_task(scene: Begin) -> None:
    wait = {"kind": "wait", "names": {"en": "Wait"}, "for": "2h"}
    task = {
        "kind": "person",
        "names": {"en": "Task"},
        "requires": ["wait"],
        "help": {"todo": {"en": "Look"}, "working_days": 2},
        "fields": [{"name": "found", "type": "text", "labels": {"en": "Found"}}],
    }
    it = scene(wait=wait, task=task)
    assert it.carry() == {"": "waiting", "wait": "waiting", "task": "pending"}
    assert it.carry(MINUTE * 119)["wait"] == "waiting"
    assert it.carry(MINUTE * 2) == {"": "person", "wait": "done", "task": "person"}
    assert it.values("SELECT kind, todo FROM assistance_cases") == [("task", "Look")]


def test_a_message_that_does_not_arrive_stops_nothing(scene: Begin) -> None:
    notify = {
        "kind": "notify",
        "names": {"en": "Message"},
        "system": "body",
        "operation": {"method": "POST", "path": "/things"},
        "input": {"key": "key", "text": "text"},
        "text": {"en": "Your application {number}: {child_iin} {nothing}"},
        "done": "answer.state == 'done'",
        "requires": ["one"],
        "retry": {"attempts": 2, "first_wait": "2s"},
    }
    it = scene(one=call(), tell=notify, two=call("one"))
    it.body.faults = [""]
    it.carry()
    assert it.carry(MINUTE)[""] == "ended/done"
    lost = {**notify, "requires": [], "done": "answer.state == 'never'"}
    bad = scene(tell=lost)
    bad.carry()
    assert bad.carry(MINUTE)[""] == "ended/done"
    assert bad.values("SELECT reason FROM composite_steps WHERE application = :id") == [
        "not_delivered"
    ]
