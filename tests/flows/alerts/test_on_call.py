"""Whoever has the watch is told, then whoever is next; hand-overs, gaps, and the sign of life."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from flows.alerts.assigning import assign_and_tell
from flows.alerts.handle import Hand
from flows.alerts.naming import CannotHandle
from models.environment.on_call import OnCall
from tests.flows.alerts.conftest import NOW, run
from tests.flows.alerts.desk import HAND, Desk, config, files

WATCH = {**files("a", "b", "head"), "watch": {"on_call": "desk"}}
HOURS = {"from": "00:00", "to": "12:00"}
PEOPLE = {name: {"receivers": [name]} for name in ("a", "b")}
TITLE = "[critical] system land: PullFailed"
DAY = 24 * 60


def rota(*shifts: dict[str, Any], **more: Any) -> OnCall:
    """One rota from the day of NOW, which is 17:00 in Almaty, on."""
    desk = {"starts": "2026-03-05", "turn": "1d", "shifts": list(shifts), **more}
    return OnCall.model_validate({"people": PEOPLE, "rotas": {"desk": desk}})


ALWAYS = {"people": ["a", "b"], "from": "09:00", "to": "09:00"}


@pytest.fixture
def desk(engine: Engine, tmp_path: Path) -> Desk:
    made = Desk(engine, tmp_path, config(receivers=WATCH, routes=[{"receivers": ["watch"]}]))
    made.on_call = rota(ALWAYS)
    return made


def test_who_has_the_watch_is_told(desk: Desk) -> None:
    desk.fire(system="land")
    assert desk.round(0) == {"a": [TITLE]}
    desk.fire(system="tax")
    assert desk.round(DAY)["b"][0] == "[critical] system tax: PullFailed"


def test_the_end_is_told_to_who_was_told_of_the_beginning(desk: Desk) -> None:
    desk.fire(system="land")
    desk.round(0)
    desk.end(system="land")
    assert desk.round(DAY)["a"] == ["[ended] system land: PullFailed ended"]


def test_the_watch_passes_on_with_what_is_open(desk: Desk) -> None:
    alert = desk.fire(system="land")
    desk.round(0)
    with desk.engine.begin() as connection:
        assign_and_tell(connection, desk.house, alert, "a", HAND)
    desk.round(1)
    [body] = desk.bodies(DAY, "b")
    assert body.splitlines() == [
        "Before: a.",
        "Nobody has acknowledged: 1 (1 critical).",
        "In hand: 0, silenced: 0.",
        "In the hands of a: 1.",
        "What to do: tereze alerts list",
    ]
    assert desk.round(DAY + 1) == {}
    assert run(desk.engine, "SELECT rota, person, was FROM hand_overs ORDER BY id") == [
        ("desk", "a", None),
        ("desk", "b", "a"),
    ]


def test_in_a_gap_the_fallback_is_told(desk: Desk) -> None:
    desk.on_call = rota({"people": ["a"], **HOURS}, fallback=["head"])
    desk.fire(system="land")
    assert desk.round(0) == {"head": [TITLE]}
    assert desk.round(10 * 60) == {"a": ["[desk] a has the watch"]}
    assert desk.round(DAY) == {"head": ["[desk] Nobody has the watch: a gap in the rota"]}


def test_a_receiver_that_fails_is_followed_by_the_next(desk: Desk) -> None:
    people = {"a": {"receivers": ["a", "b"]}}
    desk.alerts = config(
        receivers={"a": {"file": "."}, **files("b", "head"), "watch": {"on_call": "desk"}},
        routes=[
            {"receivers": ["head"], "labels": {"name": "ReceiverFailing"}},
            {"receivers": ["watch"]},
        ],
    )
    desk.on_call = OnCall.model_validate(
        {"people": people, "rotas": {"desk": rota({**ALWAYS, "people": ["a"]}).rotas["desk"]}}
    )
    desk.fire(system="land")
    assert [desk.round(n) for n in (0, 1)] == [{}, {}]
    assert desk.report.retrying == 1
    assert desk.round(2) == {"b": [TITLE]}, "after three attempts"
    assert (desk.report.failed, desk.report.sent) == (1, 1)
    assert desk.round(3) == {"head": ["[critical] receiver a: ReceiverFailing"]}
    desk.fire(system="tax")
    assert desk.round(4) == {"b": ["[critical] system tax: PullFailed"]}, "after one attempt"
    log = run(
        desk.engine,
        "SELECT n.receiver, n.state, n.stands_for, count(t.id), min(t.error) FROM notices n"
        " LEFT JOIN notice_attempts t ON t.notice_id = n.id GROUP BY n.id ORDER BY n.id",
    )
    assert [(receiver, state, stands, tries) for receiver, state, stands, tries, _ in log] == [
        ("a", "failed", None, 3),
        ("b", "sent", 1, 1),
        ("head", "sent", None, 1),
        ("a", "failed", None, 1),
        ("b", "sent", 4, 1),
    ]
    assert "Is a directory" in log[0][4]


def test_the_next_ones_notice_says_why_it_comes_there(desk: Desk) -> None:
    desk.alerts = config(
        receivers={"log": {"file": ".", "next": "b"}, **files("b")}, notices={"attempts": 1}
    )
    desk.fire(system="land")
    [body] = desk.bodies(0, "b")
    assert "You are told because log takes no notices." in body
    desk.end(system="land")
    assert "[ended] system land: PullFailed ended" in desk.round(5)["b"]


def test_assigned_it_is_told_to_the_person(desk: Desk) -> None:
    alert = desk.fire(system="900101300017")
    desk.round(0)
    hand = Hand("person:head", "call 900101300025", HAND.masker)
    with desk.engine.begin() as connection:
        assign_and_tell(connection, desk.house, alert, "b", hand)
    [body] = desk.bodies(1, "b")
    assert body.splitlines() == [
        "PullFailed says no",
        "call ••••••••0025",
        f"To see it: tereze alerts show {alert[:12]}",
    ]
    assert run(desk.engine, "SELECT state, assignee FROM alerts") == [("firing", "b")]
    with desk.engine.begin() as connection, pytest.raises(CannotHandle, match="Known: a, b"):
        assign_and_tell(connection, desk.house, alert, "c", hand)


def ran(desk: Desk, minutes: float, *links: str) -> None:
    at = NOW + timedelta(minutes=minutes)
    if "delays" in links:
        run(desk.engine, "INSERT INTO ticks (as_of, ended_at, judged, changed)"
            " VALUES (:at, :at, 0, 0)", at=at)  # fmt: skip
    if "failures" in links:
        run(desk.engine, "INSERT INTO watch_rounds (as_of, verdicts, changed, unseen)"
            " VALUES (:at, 0, 0, 0)", at=at)  # fmt: skip


@pytest.fixture
def switch(engine: Engine, tmp_path: Path) -> Desk:
    signs = {"every": "10m", "receivers": ["sign"]}
    return Desk(engine, tmp_path, config(receivers=files("log", "sign"), dead_man=signs))


ALIVE = "[sign] Test is alive"


def test_signs_go_out_while_the_flows_run(switch: Desk) -> None:
    for minute in (0, 5, 10, 15):
        ran(switch, minute, "delays", "failures")
        assert switch.round(minute) == ({"sign": [ALIVE]} if minute in (0, 10) else {})
    [sign] = run(switch.engine, "SELECT body FROM notices WHERE id = 1")
    assert sign == ("delays ran at 2026-03-05 17:00\nfailures ran at 2026-03-05 17:00",)


def test_no_sign_where_a_flow_has_stopped_but_an_alert(switch: Desk) -> None:
    ran(switch, 0, "delays", "failures")
    switch.round(0)
    ran(switch, 40, "failures")
    assert switch.round(40) == {}
    [body] = switch.bodies(41)
    assert "No sign goes out: delays has not run since 2026-03-05 17:00" in body
    ran(switch, 42, "delays", "failures")
    assert switch.round(42) == {"sign": [ALIVE]}
    assert switch.round(43) == {"log": ["[ended] environment test: ChainBroken ended"]}


def test_a_flow_that_never_ran_breaks_the_chain(switch: Desk) -> None:
    ran(switch, 0, "delays")
    switch.round(0)
    assert "failures has never run" in switch.bodies(1)[0]


def test_a_sign_that_was_not_taken_is_not_sent_late(switch: Desk) -> None:
    switch.alerts = config(
        receivers={**files("log"), "sign": {"file": "."}},
        dead_man={"every": "10m", "receivers": ["sign"]},
        notices={"retry": "1m"},
    )
    for minute in (0, 10):
        ran(switch, minute, "delays", "failures")
        switch.round(minute)
    assert run(switch.engine, "SELECT state FROM notices ORDER BY id") == [
        ("superseded",),
        ("pending",),
    ]
