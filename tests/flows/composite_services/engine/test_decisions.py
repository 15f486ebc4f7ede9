"""What a step becomes after an attempt: the table of the machine."""

from datetime import timedelta
from typing import Any

import pytest

from flows.composite_services.engine.decisions import Came, Does, Tried, backoff, decide
from models.environment.composite_steps import CallStep, Retry, SendStep, Step
from models.environment.values import parse_duration
from tests.flows.composite_services.begun import AT
from tests.flows.composite_services.carried import ASK, call, definition

LEASE = timedelta(minutes=1)
DAY = timedelta(days=1)


def step(**more: Any) -> Step:
    return definition(one=call(**more)).steps["one"]


def tried(does: Does = "call", **more: Any) -> Tried:
    known = {"moment": AT, "attempts": 1, "sent_at": AT, "began_at": AT, "lease": LEASE}
    return Tried(does, **{**known, **more})


NO_ASK = {"ask": False}
REPEATED = {"ask": False, "repeatable": True}
READS = {"ask": False, "lasting": False, "undo": None}
POLLED = {"kind": "send", "ask_every": "1h"}
CALLED_BACK = {"kind": "send", "call_back": {"done": "answer.done"}, "give_up_after": "3d"}
UNDO_ASKED = {
    "undo": {
        "by": "call",
        "operation": {},
        "input": {},
        "done": "answer.undone",
        "ask": {**ASK, "answers": {"done": "answer.gone", "absent": "answer.there"}},
    }
}
LATER = AT + 2 * LEASE

AFTER: list[tuple[str, dict[str, Any], Tried, Came, str, str]] = [
    ("done", {}, tried(), Came("done"), "done", "done"),
    ("refused", {}, tried(), Came("refused"), "refused", "refused"),
    ("refused, for a person", {"on_refusal": "person"}, tried(), Came("refused"), "person",
     "refused_for_person"),
    ("misfit", {}, tried(), Came("misfit"), "person", "misfit"),
    ("not sent", {}, tried(), Came("not_sent"), "ready", "again"),
    ("the last attempt", {}, tried(attempts=4), Came("not_sent"), "person", "attempts_used_up"),
    ("it did nothing", {}, tried(), Came("failed", "no"), "ready", "again"),
    ("it may have", {}, tried(), Came("failed"), "waiting", "in_doubt"),
    ("unanswered", {}, tried(), Came("unanswered"), "waiting", "in_doubt"),
    ("nobody to ask", NO_ASK, tried(), Came("unanswered"), "person", "unknown_whether_done"),
    ("repeatable", REPEATED, tried(), Came("unanswered"), "ready", "again_in_doubt"),
    ("only read", READS, tried(), Came("unanswered"), "ready", "again_in_doubt"),
    ("untrusted", {}, tried(), Came("untrusted"), "waiting", "in_doubt"),
    ("untrusted, nobody to ask", REPEATED, tried(), Came("untrusted"), "person", "untrusted"),
    ("taken in by a call", {}, tried(), Came("waits"), "waiting", "awaited"),
    ("taken in, nobody to ask", NO_ASK, tried(), Came("waits"), "person", "misfit"),
    ("asked: done", {}, tried("ask"), Came("done"), "done", "done"),
    ("asked: absent too soon", {}, tried("ask"), Came("absent"), "waiting", "in_doubt"),
    ("asked: absent", {}, tried("ask", moment=LATER), Came("absent"), "ready", "absent_so_again"),
    ("asked: absent, used up", {}, tried("ask", moment=LATER, attempts=4), Came("absent"),
     "person", "attempts_used_up"),
    ("asked: no answer", {}, tried("ask"), Came("unanswered"), "waiting", "in_doubt"),
    ("asked too often", {}, tried("ask", asks=12), Came("not_sent"), "person",
     "unknown_whether_done"),
    ("polled: not yet", POLLED, tried("ask", awaited=True), Came("waits"), "waiting", "awaited"),
    ("polled: away", POLLED, tried("ask", awaited=True), Came("not_sent"), "waiting", "awaited"),
    ("polled: absent", POLLED, tried("ask", awaited=True), Came("absent"), "waiting", "awaited"),
    ("polled too long", POLLED, tried("ask", awaited=True, began_at=AT - 31 * DAY), Came("waits"),
     "person", "given_up"),
    ("undone", {}, tried("undo"), Came("done"), "undone", "undone"),
    ("undo not sent", {}, tried("undo"), Came("not_sent"), "undoing", "undo_again"),
    ("undo used up", {}, tried("undo", attempts=4), Came("not_sent"), "undoing", "undo_failed"),
    ("undo in doubt", UNDO_ASKED, tried("undo"), Came("unanswered"), "undoing", "undo_in_doubt"),
    ("undo in doubt, nobody to ask", {}, tried("undo"), Came("unanswered"), "undoing",
     "undo_failed"),
    ("undo asked: gone", UNDO_ASKED, tried("ask_undo"), Came("done"), "undone", "undone"),
    ("undo asked: there", UNDO_ASKED, tried("ask_undo", moment=LATER), Came("absent"), "undoing",
     "undo_again"),
    ("undo asked: there, too soon", UNDO_ASKED, tried("ask_undo"), Came("absent"), "undoing",
     "undo_in_doubt"),
    ("undo misfit", {}, tried("undo"), Came("misfit"), "undoing", "undo_failed"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("more", "attempt", "came", "state", "reason"),
    [row[1:] for row in AFTER],
    ids=[row[0] for row in AFTER],
)
def test_after(more: dict[str, Any], attempt: Tried, came: Came, state: str, reason: str) -> None:
    more = {name: value for name, value in more.items() if value is not None}
    if more.get("lasting") is False:
        more["undo"] = None
    decision = decide(step(**more), attempt, came)
    assert (decision.state, decision.reason) == (state, reason)
    stuck = state == "person" or reason == "undo_failed"
    assert (decision.case is not None) == stuck, "whoever is stuck has a case, and nobody else"
    moves = state in ("ready", "waiting", "undoing") and not stuck
    assert (decision.next_at is not None) == moves, "whatever can move is looked at again"


def test_a_call_back_is_awaited_until_it_is_given_up() -> None:
    awaits = step(**CALLED_BACK)
    assert decide(awaits, tried(), Came("waits")).next_at == AT + 3 * DAY
    assert decide(step(**POLLED), tried(), Came("waits")).next_at == AT + timedelta(hours=1)


def test_waits_are_doubled_up_to_the_longest() -> None:
    retry = Retry(first_wait=parse_duration("2s"), longest_wait=parse_duration("15m"))
    found = [backoff(retry, attempts).total_seconds() for attempts in (1, 2, 3, 9, 10, 99)]
    assert found == [2, 4, 8, 512, 900, 900]


def test_kinds() -> None:
    assert isinstance(step(), CallStep)
    assert isinstance(step(**POLLED), SendStep)
