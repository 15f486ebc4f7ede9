"""People are told within a moment of the commit, by one of however many processes there are."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine

from flows.alerts import watching
from flows.alerts.fire import Firing, fire
from flows.alerts.house import House
from flows.alerts.notices import RoundReport
from models.environment.alerts import Alerts
from tests.flows.alerts.applications import SETTINGS
from tests.flows.alerts.conftest import NOW, run
from tests.waiting import until

CONFIG = Alerts.model_validate(
    {"receivers": {"log": {"file": "log.jsonl"}}, "routes": [{"receivers": ["log"]}]}
)


@contextmanager
def watchers(engine: Engine, home: Path, count: int = 1) -> Iterator[None]:
    over = threading.Event()
    house = House(CONFIG, SETTINGS, home)
    threads = [
        threading.Thread(
            target=watching.watch, args=(engine, lambda: house, lambda: not over.is_set())
        )
        for _ in range(count)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join(60)


def pull_failed(engine: Engine, source: str) -> None:
    labels = {"source": source}
    with engine.begin() as connection:
        fire(connection, Firing("PullFailed", "critical", labels, labels, NOW, "No"), "test")


def told(home: Path) -> list[str]:
    path = home / "log.jsonl"
    return path.read_text().splitlines() if path.exists() else []


def until_told(home: Path, count: int) -> None:
    until(lambda: len(told(home)) >= count, 60)


def test_woken_by_the_commit_it_needs_no_schedule(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "QUIET", 600.0)  # without a call nobody would be told here
    with watchers(engine, tmp_path):
        for n, source in enumerate(("land", "tax"), 1):
            pull_failed(engine, source)
            until_told(tmp_path, n)


def test_what_was_there_before_it_began_is_told(engine: Engine, tmp_path: Path) -> None:
    pull_failed(engine, "land")
    with watchers(engine, tmp_path):
        until_told(tmp_path, 1)


def test_three_at_once_tell_each_thing_once(engine: Engine, tmp_path: Path) -> None:
    with watchers(engine, tmp_path, 3):
        for n in range(12):
            pull_failed(engine, f"source {n}")
        until_told(tmp_path, 12)
        time.sleep(0.5)
    assert len(told(tmp_path)) == 12
    assert run(engine, "SELECT state, attempts, count(*) FROM notices GROUP BY 1, 2") == [
        ("sent", 1, 12)
    ]


def test_a_connection_that_is_cut_is_made_again(engine: Engine, tmp_path: Path) -> None:
    with watchers(engine, tmp_path):
        time.sleep(0.5)
        run(
            engine,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        pull_failed(engine, "land")
        until_told(tmp_path, 1)


@pytest.mark.parametrize(
    ("report", "pause"),
    [
        (RoundReport(), watching.QUIET),
        (RoundReport(sent=3), watching.QUIET),
        (RoundReport(waiting=1), watching.SOON),
        (RoundReport(retrying=1), watching.SOON),
        (RoundReport(busy=True), watching.SOON),
    ],
)
def test_the_next_round_is_soon_where_something_waits(report: RoundReport, pause: float) -> None:
    assert watching.pause_after(report) == pause
