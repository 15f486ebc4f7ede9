"""A storm is a handful of notices; one body's bad data stop nobody else's; forms of one's own."""

import logging
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from flows.alerts import writing
from flows.alerts.news import Group, Item
from flows.alerts.words import Facts
from tests.flows.alerts.applications import apply, judge, register
from tests.flows.alerts.conftest import NOW, run
from tests.flows.alerts.desk import Desk, config
from tests.flows.alerts.listener import listening

DUE = NOW - timedelta(hours=3)


@pytest.fixture
def desk(engine: Engine, tmp_path: Path) -> Desk:
    return Desk(engine, tmp_path)


def test_a_group_is_told_again_only_after_the_interval(desk: Desk) -> None:
    desk.alerts = config(notices={"interval": "5m"})
    for n in (1, 2):
        apply(desk.engine, f"A-{n}")
    judge(desk.engine, ("A-1", "overdue", DUE, None))
    assert len(desk.round(0)["log"]) == 1
    judge(desk.engine, ("A-2", "overdue", DUE, None))
    assert desk.round(4) == {}
    assert desk.round(5) == {"log": ["[critical] service 00101001, region 75: 2 overdue"]}


def test_over_several_rounds_people_get_no_more_than_the_limit(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listening() as hook:
        monkeypatch.setenv("HOOK_URL", hook.url)
        alerts = config(
            receivers={"hook": {"url": {"env": "HOOK_URL"}}},
            routes=[{"receivers": ["hook"]}],
            notices={"interval": "10m", "at_most": 3},
        )
        desk = Desk(engine, tmp_path, alerts)
        for minute in range(8):
            for n in range(2):
                desk.fire(system=f"s{minute}-{n}")
            desk.round(minute)
        assert len(hook.got) == 3
        assert desk.report.waiting == 12
        desk.round(11)
    assert [each["title"] for each in hook.got][-1].endswith("10 more groups: 10 other")
    assert run(engine, "SELECT count(*) FROM alerts WHERE notified_at IS NULL") == [(0,)]
    groups = "SELECT count(DISTINCT g) FROM notices, jsonb_array_elements_text(groups) g"
    assert run(engine, groups) == [(16,)], "complete in the record"


def test_a_summary_names_no_more_bodies_than_the_limit(desk: Desk) -> None:
    desk.alerts = config(notices={"at_most": 1, "bodies": 2})
    for n in range(5):
        desk.fire(organisation=f"body-{n}")
    [body] = desk.bodies(0)
    lines = body.splitlines()
    assert lines[:2] == ["body-0: 1 other", "body-1: 1 other"]
    assert lines[2] == "3 more bodies: 3 other"


def test_moments_that_nobody_can_write_stop_no_other_body(desk: Desk) -> None:
    register(desk.engine)
    for n, region in enumerate(("75", "71", "79")):
        apply(desk.engine, f"A-{n}", region=region)
    judge(desk.engine, *((f"A-{n}", "overdue", DUE, None) for n in range(3)))
    run(
        desk.engine,
        "UPDATE alerts SET starts_at = 'infinity', annotations = '{\"due_at\": \"infinity\"}'"
        " WHERE labels ->> 'region' = '71'",
    )
    run(
        desk.engine,
        "UPDATE alerts SET starts_at = '4000-01-01 BC', annotations = '{}'"
        " WHERE labels ->> 'region' = '79'",
    )
    assert len(desk.round(0)["log"]) == 3


def test_a_group_that_cannot_be_worded_is_told_all_the_same(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    item = Item("PullFailed", "critical", {}, 1, 0, NOW)
    wrong = Group("{}", {"system": "land"}, {}, None, {"other": 1}, (item,))
    with desk.engine.begin() as connection, caplog.at_level(logging.ERROR):
        notice = writing.worded(
            writing.Desk(connection, desk.house, NOW).voice("log"), wrong, Facts(), None
        )
    assert notice.title == '[critical] {"system": "land"}'
    assert "`tereze alerts list` shows its alerts" in notice.body
    assert "could not be worded" in caplog.text


def test_a_form_of_ones_own(desk: Desk) -> None:
    desk.alerts = config(
        notices={"title": "{severity}! {place}", "body": "{environment}: {headline} since {since}"}
    )
    desk.fire(system="land")
    assert desk.bodies(0) == ["Test: PullFailed since 2026-03-05 17:00"]
    assert run(desk.engine, "SELECT title FROM notices") == [("critical! system land",)]


def test_the_cause_and_what_cannot_be_seen_are_told(desk: Desk) -> None:
    apply(desk.engine, "A-1")
    judge(desk.engine, ("A-1", "overdue", DUE, None))
    run(
        desk.engine,
        "INSERT INTO findings (kind, system, subject, side, state, severity, reason, sentence,"
        " began_at, found_at, looked_until, confirmed_at)"
        " VALUES ('down', 'front', 'probe:web', 'probes', 'confirmed', 'critical', 'timeout',"
        " 'The front office does not answer.', :at, :at, :at, :at)",
        at=DUE,
    )
    desk.fire("SourceStale", "warning", system="front")
    bodies = desk.bodies(0)
    [body] = [each for each in bodies if "overdue" in each]
    assert (
        "Probable cause: The front office does not answer. (since 2026-03-05 14:00, finding 1)."
        in body
    )
    assert "We cannot see: SourceStale says no." in body


def test_an_end_that_comes_before_the_beginning_was_sent_is_told_to_nobody(
    engine: Engine, tmp_path: Path
) -> None:
    desk = Desk(engine, tmp_path, config(receivers={"log": {"file": "."}}))
    desk.fire(system="land")
    desk.round(0)
    desk.end(system="land")
    desk.round(1)
    assert run(engine, "SELECT kind, state FROM notices") == [("firing", "superseded")]
