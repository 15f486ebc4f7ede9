"""Rules of alerts.yaml: what is explained waits, and is told if it goes on after."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from flows.alerts.inhibited import Waits
from flows.alerts.listing import Filter, list_alerts
from models.environment.matchers import parse_matcher
from tests.flows.alerts.conftest import NOW
from tests.flows.alerts.desk import Desk, config

POWER: dict[str, Any] = {
    "source": ["alertname=PowerCut"],
    "target": ["severity=~critical|warning"],
    "equal": ["building"],
}


@pytest.fixture
def desk(engine: Engine, tmp_path: Path) -> Desk:
    return Desk(engine, tmp_path, config(inhibit=[POWER]))


def test_what_waits_is_told_once_nothing_explains_it(desk: Desk) -> None:
    desk.fire("PowerCut", "critical", building="A")
    desk.fire("PullFailed", building="A", system="land")
    desk.fire("PullFailed", building="B", system="tax")
    assert sorted(desk.round(0)["log"]) == [
        "[critical] building A: PowerCut",
        "[critical] building B, system tax: PullFailed",
    ]
    desk.end("PowerCut", building="A")
    assert sorted(desk.round(5)["log"]) == [
        "[critical] building A, system land: PullFailed",
        "[ended] building A: PowerCut ended",
    ]


def test_what_ends_while_it_waits_is_never_told(desk: Desk) -> None:
    desk.fire("PowerCut", building="A")
    desk.fire(building="A", system="land")
    desk.round(0)
    desk.end(building="A", system="land")
    desk.end("PowerCut", building="A")
    assert desk.round(5) == {"log": ["[ended] building A: PowerCut ended"]}


def test_what_has_the_label_nowhere_is_equal_as_in_alertmanager(desk: Desk) -> None:
    desk.fire("PowerCut", place="hill")
    desk.fire("PullFailed", system="land")
    assert desk.round(0) == {"log": ["[critical] place hill: PowerCut"]}


def test_an_info_is_no_target(desk: Desk) -> None:
    desk.fire("PowerCut", building="A")
    desk.fire("Note", "info", building="A", room="1")
    assert len(desk.round(0)["log"]) == 2


def test_the_list_marks_what_waits(desk: Desk) -> None:
    desk.fire("PowerCut", building="A")
    desk.fire(building="A", system="land")
    with desk.engine.connect() as connection:
        listed = list_alerts(connection, Filter(), Waits.of(desk.house, NOW))
    assert {alert.name: alert.waits for alert in listed} == {"PowerCut": False, "PullFailed": True}


def test_many_targets_cost_one_statement(desk: Desk) -> None:
    desk.fire("PowerCut", building="A")
    for n in range(50):
        desk.fire(building="A", system=f"s{n}")
    assert desk.round(0) == {"log": ["[critical] building A: PowerCut"]}


@pytest.mark.parametrize(
    ("written", "labels", "fits"),
    [
        ("a=b", {"a": "b"}, True),
        ('a = "b c"', {"a": "b c"}, True),
        ("a!=b", {}, True),
        ("a=", {}, True),
        ("a=~b|c", {"a": "c"}, True),
        ("a=~b|c", {"a": "bc"}, False),
        ("a!~b.*", {"a": "bc"}, False),
        ("a=~[0-9]+", {"a": "42"}, True),
    ],
)
def test_matchers(written: str, labels: dict[str, str], fits: bool) -> None:
    assert parse_matcher(written).fits(labels) is fits
    assert parse_matcher(str(parse_matcher(written))) == parse_matcher(written)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "a",
        "=b",
        "a~b",
        "1=b",
        "a=~b{2}",
        r"a=~\d",
        "a=~(?i)b",
        "a=~b**",
        "a=~(b",
        "a=~*b",
        "a=~b++",
    ],
)
def test_no_matchers(written: str) -> None:
    with pytest.raises(ValueError, match=r"matcher is written|pattern"):
        parse_matcher(written)
