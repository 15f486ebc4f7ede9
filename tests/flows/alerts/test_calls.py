"""Nobody acknowledges: others are told. It goes on: it is said again, at night only if critical."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from flows.alerts.handle import acknowledge, comment
from tests.flows.alerts.conftest import run
from tests.flows.alerts.desk import CALENDAR, HAND, Desk, config, files

STEPS = [
    {"after": "15m", "receivers": ["second"]},
    {"after": "30m", "receivers": ["head"], "severity": ["critical", "warning"]},
]


@pytest.fixture
def desk(engine: Engine, tmp_path: Path) -> Desk:
    return Desk(
        engine, tmp_path, config(receivers=files("log", "second", "head"), escalation=STEPS)
    )


def test_each_step_is_told_once_when_its_time_has_come(desk: Desk) -> None:
    desk.fire(system="land")
    first = "[critical] system land: PullFailed"
    assert desk.round(0) == {"log": [first]}
    assert desk.round(14) == {}
    assert desk.round(15) == {"second": [f"{first} (escalation)"]}
    assert desk.report.calls == 1
    assert desk.round(16) == {}
    assert desk.round(30) == {"head": [f"{first} (escalation)"]}
    assert desk.round(300) == {}


def test_an_escalation_says_why_and_who_else_knows(desk: Desk) -> None:
    desk.fire(system="land")
    desk.round(0)
    [body] = desk.bodies(15, "second")
    assert "Nobody has acknowledged it: 1. You are told, too." in body
    assert "Who else knows: log." in body


def test_what_is_acknowledged_is_not_escalated(desk: Desk) -> None:
    alert = desk.fire(system="land")
    desk.round(0)
    with desk.engine.begin() as connection:
        acknowledge(connection, alert, HAND)
    assert desk.round(60) == {}


def test_a_comment_is_no_acknowledgement(desk: Desk) -> None:
    alert = desk.fire(system="land")
    desk.round(0)
    with desk.engine.begin() as connection:
        comment(connection, alert, HAND)
    assert list(desk.round(15)) == ["second"]


def test_steps_ask_for_their_severity(desk: Desk) -> None:
    desk.fire(severity="warning", system="land")
    desk.fire(severity="info", system="tax")
    desk.round(0)
    assert desk.round(15) == {}
    assert desk.round(30) == {"head": ["[warning] system land: PullFailed (escalation)"]}


def test_what_begins_anew_is_escalated_anew(desk: Desk) -> None:
    desk.fire(system="land")
    desk.round(0)
    assert list(desk.round(15)) == ["second"]
    desk.end(system="land")
    desk.round(16)
    desk.fire(system="land")
    desk.round(17)
    assert desk.round(31) == {}
    assert list(desk.round(32)) == ["second"]


def test_an_end_is_told_to_all_who_were_told(desk: Desk) -> None:
    desk.fire(system="land")
    desk.round(0)
    desk.round(15)
    desk.end(system="land")
    ended = ["[ended] system land: PullFailed ended"]
    assert desk.round(20) == {"log": ended, "second": ended}


def test_a_hundred_groups_escalate_as_one_summary(desk: Desk) -> None:
    desk.alerts = config(
        receivers=files("log", "second", "head"), escalation=STEPS, notices={"at_most": 2}
    )
    for n in range(100):
        desk.fire(system=f"s{n}")
    desk.round(0)
    [one, summary] = desk.round(15)["second"]
    assert one.endswith("(escalation)")
    assert summary == "[critical] 99 more groups: 99 other"
    assert desk.round(16) == {}


# NOW is 17:00 in Almaty, a Thursday; working hours end at 18:00 and begin at 09:00.
NIGHT, MORNING = 3 * 60, 16 * 60


@pytest.mark.parametrize(
    ("severity", "at", "told"),
    [
        ("critical", NIGHT, True),
        ("warning", NIGHT, False),
        ("warning", MORNING, True),
        ("critical", 30, False),
    ],
)
def test_reminders_wait_for_working_hours_unless_critical(
    desk: Desk, severity: str, at: float, told: bool
) -> None:
    desk.alerts = config(notices={"remind": "1h"})
    desk.settings = desk.settings.model_copy(update={"calendar": "office"})
    desk.calendars = {"office": CALENDAR}
    desk.fire(severity=severity, system="land")
    desk.round(0)
    titles = desk.round(at)
    assert titles == ({"log": [f"[{severity}] system land: PullFailed (reminder)"]} if told else {})
    assert desk.round(at + 29) == {}, "once an hour"


def test_nobody_is_reminded_of_what_somebody_has_in_hand(desk: Desk) -> None:
    desk.alerts = config(notices={"remind": "1h"})
    alert = desk.fire(system="land")
    desk.round(0)
    with desk.engine.begin() as connection:
        acknowledge(connection, alert, HAND)
    assert desk.round(120) == {}


def test_without_the_key_nobody_is_reminded(desk: Desk) -> None:
    desk.alerts = config()
    desk.fire(system="land")
    desk.round(0)
    assert desk.round(100_000) == {}
    assert run(desk.engine, "SELECT count(*) FROM notices") == [(1,)]
