"""Call-backs: awaited, early, twice, late, out of order, unknown, odd."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.composite_services.call_backs.receive import receive
from models.database.engine import Database
from tests.flows.composite_services.carried import Scene, call, dumped
from tests.flows.composite_services.stage import Begin, stage
from tests.waiting import until

CALL_BACK = {
    "done": "answer.state == 'placed'",
    "waits": "answer.state == 'looking'",
    "refused": {"when": "answer.state == 'refused'", "reason": "answer.reason"},
    "result": {"place": "answer.place"},
}
PLACED = dumped({"state": "placed", "place": "4"})
DAY = timedelta(days=1)


@pytest.fixture
def scene(synced: Database, tmp_path: Path) -> Iterator[Begin]:
    with stage(synced, tmp_path) as begin:
        yield begin


def queue(**more: Any) -> dict[str, Any]:
    """A step that is sent, and answered by a call-back."""
    reply = {"input": {"key": "key", "reply_to": "reply_to"}, "call_back": CALL_BACK}
    return call(kind="send", **{**reply, **more})


def told(it: Scene, body: bytes, step: str = "queue") -> str:
    """Call back as the body would, by the address that it was given."""
    address = it.body.reply_to[f"{it.number}/{step}"]
    return receive(it.engine, it.environment, address.rsplit("/", 1)[1], body, it.at).outcome


def test_an_awaited_one_moves_the_step_and_what_follows(scene: Begin) -> None:
    it = scene("take", queue=queue(), after=call("queue"))
    assert it.carry() == {"": "waiting", "queue": "waiting", "after": "pending"}
    assert told(it, PLACED) == "taken"
    assert it.states() == {"": "running", "queue": "done", "after": "ready"}
    assert it.values("SELECT result FROM composite_steps WHERE step = 'queue'") == [{"place": "4"}]
    assert it.carry()[""] == "ended/done"


def test_twice_is_told_from_late(scene: Begin) -> None:
    it = scene("take", queue=queue())
    it.carry()
    assert [told(it, PLACED), told(it, PLACED)] == ["taken", "again"]
    assert told(it, dumped({"state": "refused", "reason": "full"})) == "late"
    assert it.states() == {"": "ended/done", "queue": "done"}


def test_out_of_order(scene: Begin) -> None:
    it = scene("take", queue=queue())
    it.carry()
    looking = dumped({"state": "looking"})
    assert [told(it, looking), told(it, PLACED), told(it, looking)] == ["taken", "taken", "again"]
    assert it.states()["queue"] == "done"


def test_one_that_comes_before_the_answer_is_kept_and_used(scene: Begin) -> None:
    it = scene("slow", queue=queue())
    carrying = threading.Thread(target=it.carry)
    carrying.start()
    until(lambda: it.body.reply_to)
    assert told(it, PLACED) == "early"
    it.body.results.clear()
    it.body.gate.set()
    carrying.join()
    assert it.states()["queue"] == "done"


def test_one_that_comes_early_settles_a_doubt(scene: Begin) -> None:
    it = scene("take", queue=queue(ask=None))
    it.carry()
    it.execute(
        "UPDATE composite_steps SET state = 'calling', reason = 'sent', lease = 7,"
        " next_at = :at WHERE application = :id",
        at=it.at,
    )
    assert told(it, PLACED) == "early"
    assert it.carry(timedelta(seconds=1))["queue"] == "done"
    assert it.values("SELECT outcome FROM composite_call_backs") == ["taken"]


@pytest.mark.parametrize(
    "body", [dumped({"state": "odd"}), dumped({"state": "placed"}), dumped([1])]
)
def test_what_fits_nothing_goes_to_a_person_and_is_kept(scene: Begin, body: bytes) -> None:
    it = scene("take", queue=queue())
    it.carry()
    assert told(it, body) == "misfit"
    assert it.states() == {"": "person", "queue": "person"}
    assert it.values("SELECT body FROM composite_call_backs") == [body.decode()]
    assert told(it, PLACED) == "taken", "the right one after all"
    assert it.states()["queue"] == "done"
    assert it.values("SELECT state FROM assistance_cases") == ["withdrawn"]


@pytest.mark.parametrize("body", [b"<x/>", b"", b"\xff\x00", b'{"a": "\\ud800"}', b"[" * 100_000])
def test_what_is_no_json_is_recorded(scene: Begin, body: bytes) -> None:
    it = scene("take", queue=queue())
    it.carry()
    assert told(it, body) == "refused"
    assert it.states()["queue"] == "waiting"


def test_an_unknown_address_is_recorded(scene: Begin) -> None:
    it = scene("take", queue=queue())
    it.carry()
    assert receive(it.engine, it.environment, "nobody", PLACED, it.at).outcome == "unknown"
    assert it.values("SELECT outcome FROM composite_call_backs") == ["unknown"]


def test_a_refusal_by_call_back_is_an_outcome(scene: Begin) -> None:
    it = scene("take", queue=queue(on_refusal="go_on"), after=call("queue"))
    it.carry()
    assert told(it, dumped({"state": "refused", "reason": "full"})) == "taken"
    assert it.carry() == {"": "ended/partly", "queue": "refused", "after": "done"}


def test_where_none_comes_the_body_is_asked_or_a_person_looks(scene: Begin) -> None:
    polled = scene("take", queue=queue(ask_every="1h"))
    polled.carry()
    polled.body.results[f"{polled.number}/queue"] = {"state": "taken"}
    assert polled.carry(timedelta(hours=2))["queue"] == "waiting"
    polled.body.results[f"{polled.number}/queue"] = {"state": "done", "iin": "x"}
    assert polled.carry(timedelta(hours=2))["queue"] == "done"

    silent = scene("take", queue=queue(give_up_after="3d"))
    assert silent.carry()["queue"] == "waiting"
    assert silent.carry(2 * DAY)["queue"] == "waiting"
    assert silent.carry(2 * DAY)["queue"] == "person"


def test_many_at_the_same_moment_move_it_once(scene: Begin) -> None:
    it = scene("take", queue=queue())
    it.carry()
    outcomes: list[str] = []
    threads = [threading.Thread(target=lambda: outcomes.append(told(it, PLACED))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["again"] * 7 + ["taken"]
