"""Gaps in our own looking: told with from, to and why, once."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from flows.alerts.house import House
from flows.alerts.notices import notify
from flows.failures.tick import tick
from models.environment.alerts import Alerts
from models.environment.loader import Environment
from tests.environments import environment as written
from tests.flows.failures.conftest import Rows
from tests.flows.failures.saying import minute

TO_FILE = Alerts.model_validate(
    {"receivers": {"log": {"file": "notices.jsonl"}}, "routes": [{"receivers": ["log"]}]}
)


def _run(engine: Engine, job: str, state: str, begins: float, ends: float, words: str = "") -> None:
    """A run of a job, minutes after the start."""
    values = {"job": job, "state": state, "words": words, "begins": minute(begins),
              "ends": minute(ends)}  # fmt: skip
    statement = """
        INSERT INTO job_runs (job, actor, state, sentence, started_at, ended_at)
        VALUES (:job, 'test', :state, :words, :begins, :ends)
    """
    with engine.begin() as connection:
        connection.execute(text(statement), values)


AWAY = "The database is away: connection refused"


@pytest.mark.parametrize(
    ("runs", "why"),
    [
        ([], "Tereze was not running"),
        ([("failures", "completed", 0, 0.1)], "Tereze was not running"),
        ([("delays", "completed", 15, 15.1)], "the watch was not started, though other jobs ran"),
        ([("failures", "failed", 5, 5.1, AWAY), ("failures", "failed", 9, 9.1, AWAY)],
         f"2 round(s) did not come to their end, the last: {AWAY}"),
        ([("failures", "lost", 5, 5.1, "Its process ended without a word")],
         "1 round(s) did not come to their end, the last: Its process ended without a word"),
        ([("failures", "completed", -1, 28)], "the round before took until 09:28"),
    ],
)  # fmt: skip
def test_half_an_hour_without_a_look_is_told_with_the_reason(
    engine: Engine, environment: Environment, rows: Rows, runs: list[Any], why: str
) -> None:
    tick(engine, environment, as_of=minute(0), actor="test", sides=())
    for each in runs:
        _run(engine, *each)
    report = tick(engine, environment, as_of=minute(30), actor="test", sides=())
    words = f"Not looked at from 2026-05-04 09:00 to 09:30, because {why}"
    assert report.gap == words
    (finding,) = rows("SELECT * FROM findings")
    assert (finding["system"], finding["subject"]) == ("tereze", "watch")
    assert (finding["state"], finding["kind"], finding["sentence"]) == (
        "over",
        "not_looked_at",
        words,
    )
    assert (finding["began_at"], finding["ended_at"]) == (minute(0), minute(30))
    became = [row["became"] for row in rows("SELECT became FROM finding_changes ORDER BY id")]
    assert became == ["confirmed", "over"]
    (alert,) = rows("SELECT name, state, severity, sentence FROM alerts")
    assert alert == {
        "name": "NotLookedAt",
        "state": "firing",
        "severity": "warning",
        "sentence": words,
    }


@pytest.mark.parametrize(
    ("cron", "last", "now", "gap"),
    [
        ("* * * * *", 0, 3, False),
        ("* * * * *", 0, 3.5, True),
        ("*/5 * * * *", 0, 15, False),
        ("*/5 * * * *", 2, 15, False),
        ("*/5 * * * *", 2, 16, True),
        # Only by day: the night is no gap. 09:00 is minute 0, so 18:00 is minute 540.
        ("*/10 8-18 * * *", 590, 1380, False),
        ("*/10 8-18 * * *", 590, 1405, True),
    ],
)
def test_three_turns_of_the_schedule_are_forgiven(
    engine: Engine, tmp_path: Path, cron: str, last: float, now: float, gap: bool
) -> None:
    environment = written(tmp_path, environment={"failures": {"tick": cron}})
    tick(engine, environment, as_of=minute(last), actor="test", sides=())
    report = tick(engine, environment, as_of=minute(now), actor="test", sides=())
    assert (report.gap is not None) == gap


def test_a_gap_over_midnight_has_both_dates(engine: Engine, environment: Environment) -> None:
    tick(engine, environment, as_of=minute(14 * 60 + 30), actor="test", sides=())
    report = tick(engine, environment, as_of=minute(23 * 60), actor="test", sides=())
    assert report.gap is not None
    assert "from 2026-05-04 23:30 to 2026-05-05 08:00" in report.gap


def test_a_gap_is_told_once_and_then_over(
    engine: Engine, environment: Environment, tmp_path: Path, rows: Rows
) -> None:
    def told(at: float) -> int:
        tick(engine, environment, as_of=minute(at), actor="test", sides=())
        return notify(engine, House(TO_FILE, environment.settings, tmp_path), minute(at)).sent

    assert [told(at) for at in (0, 30, 31, 32)] == [0, 1, 1, 0]
    first, second = (tmp_path / "notices.jsonl").read_text().splitlines()
    assert "Not looked at from 2026-05-04 09:00 to 09:30" in first
    assert '"kind": "resolved"' in second
    assert rows("SELECT state FROM alerts") == [{"state": "resolved"}]
    assert rows("SELECT alerted_at FROM findings") == [{"alerted_at": None}]


def test_where_nobody_is_told_it_is_over_after_an_hour(
    engine: Engine, environment: Environment, rows: Rows
) -> None:
    for at in (0, 30, *range(33, 94, 3)):
        tick(engine, environment, as_of=minute(at), actor="test", sides=())
        (state,) = {row["state"] for row in rows("SELECT state FROM alerts")} or {None}
        assert state == (None if at == 0 else "firing" if at <= 90 else "resolved")


def test_two_gaps_are_two_findings_and_one_alert(
    engine: Engine, environment: Environment, rows: Rows
) -> None:
    for at in (0, 30, 31, 40):
        tick(engine, environment, as_of=minute(at), actor="test", sides=())
    found = rows("SELECT began_at, ended_at FROM findings ORDER BY id")
    assert [tuple(each.values()) for each in found] == [
        (minute(0), minute(30)),
        (minute(31), minute(40)),
    ]
    (alert,) = rows("SELECT sentence, state FROM alerts")
    assert "from 2026-05-04 09:31 to 09:40" in alert["sentence"]
