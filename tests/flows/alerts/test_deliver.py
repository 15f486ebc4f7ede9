"""Delivery over real sockets and files: failures are retried, given up aloud, crashes repeat."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from flows.alerts.deliver import deliver
from flows.alerts.fire import Firing, fire
from flows.alerts.house import House
from flows.alerts.notices import RoundReport, notify
from models.database import Database
from models.environment.alerts import Alerts, Receiver
from tests.flows.alerts.applications import SETTINGS
from tests.flows.alerts.conftest import NOW, run
from tests.flows.alerts.listener import Listener, listening

SECRET = "t0p-s3cret-pass"
CONFIG = Alerts.model_validate(
    {
        "receivers": {"hook": {"url": {"env": "HOOK_URL"}}, "log": {"file": "log.jsonl"}},
        "routes": [{"receivers": ["hook"]}],
        "notices": {"interval": "0s", "retry": "0s", "attempts": 4},
    }
)
NOTICE = {"kind": "firing", "title": "a title", "body": "two\nlines"}


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    with listening() as state:
        monkeypatch.setenv("HOOK_URL", state.url)
        yield state


def pull_failed(engine: Engine, source: str = "land") -> None:
    labels = {"source": source}
    with engine.begin() as connection:
        fire(connection, Firing("PullFailed", "critical", labels, labels, NOW, "No"), "test")


def round_of(engine: Engine, home: Path, config: Alerts = CONFIG) -> RoundReport:
    return notify(engine, House(config, SETTINGS, home), NOW)


def state(engine: Engine) -> list[Any]:
    return run(engine, "SELECT receiver, state, attempts FROM notices ORDER BY id")


def test_a_notice_arrives_by_http(engine: Engine, listener: Listener, tmp_path: Path) -> None:
    pull_failed(engine)
    assert round_of(engine, tmp_path) == RoundReport(groups=1, created=1, sent=1)
    [got] = listener.got
    assert got["title"] == "[critical] source land: PullFailed"
    assert "docs/runbooks/pull_failed.md" in got["message"]
    assert state(engine) == [("hook", "sent", 1)]


def test_a_refused_notice_is_sent_again(engine: Engine, listener: Listener, tmp_path: Path) -> None:
    pull_failed(engine)
    listener.status = 503
    assert round_of(engine, tmp_path).retrying == 1
    [(error,)] = run(engine, "SELECT last_error FROM notices")
    assert "503" in error
    assert SECRET not in error
    listener.status = 200
    assert round_of(engine, tmp_path) == RoundReport(sent=1, repeated=1)
    assert listener.got[0]["title"].endswith(" (repeat)")
    assert state(engine) == [("hook", "sent", 2)]
    assert run(engine, "SELECT last_error FROM notices") == [(None,)]


def test_nobody_there_is_given_up_and_told_to_the_others(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with listening() as closed:
        monkeypatch.setenv("HOOK_URL", closed.url)
    pull_failed(engine)
    reports = [round_of(engine, tmp_path) for _ in range(CONFIG.notices.attempts)]
    assert [report.retrying for report in reports] == [1] * (CONFIG.notices.attempts - 1) + [0]
    assert reports[-1].failed == 1
    assert state(engine) == [("hook", "failed", CONFIG.notices.attempts)]
    assert round_of(engine, tmp_path).sent == 1
    [line] = (tmp_path / "log.jsonl").read_text().splitlines()
    told = json.loads(line)
    assert told["title"] == "[critical] receiver hook: ReceiverFailing"
    assert "hook took no notice in 4 attempts" in told["body"]
    assert SECRET not in line


@pytest.mark.usefixtures("listener")
def test_a_receiver_that_works_again_is_no_alert(engine: Engine, tmp_path: Path) -> None:
    labels = {"receiver": "hook"}
    with engine.begin() as connection:
        failing = Firing("ReceiverFailing", "critical", labels, labels, NOW, "No")
        fire(connection, failing, "test")
    pull_failed(engine)
    round_of(engine, tmp_path)
    assert run(engine, "SELECT state, reason FROM alerts WHERE name = 'ReceiverFailing'") == [
        ("resolved", "delivered")
    ]


def test_one_receivers_failure_does_not_hold_up_another(
    engine: Engine, listener: Listener, tmp_path: Path
) -> None:
    listener.status = 500
    both = CONFIG.model_copy(
        update={"routes": [CONFIG.routes[0].model_copy(update={"receivers": ["hook", "log"]})]}
    )
    pull_failed(engine)
    report = round_of(engine, tmp_path, both)
    assert (report.sent, report.retrying) == (1, 1)
    assert len((tmp_path / "log.jsonl").read_text().splitlines()) == 1


def test_a_receiver_taken_out_of_the_file_is_named(
    engine: Engine, listener: Listener, tmp_path: Path
) -> None:
    listener.status = 500
    pull_failed(engine)
    round_of(engine, tmp_path)
    round_of(engine, tmp_path, CONFIG.model_copy(update={"receivers": {}, "routes": []}))
    assert run(engine, "SELECT last_error FROM notices") == [
        ("alerts.yaml declares no receiver 'hook' any more",)
    ]


CHILD = """
import sys
from datetime import datetime
from pathlib import Path
from sqlalchemy import make_url
from flows.alerts.house import House
from flows.alerts.notices import notify
from models.database import Database
from tests.flows.alerts.applications import SETTINGS
from tests.flows.alerts.conftest import NOW
from tests.flows.alerts.test_deliver import CONFIG
engine = Database(make_url(sys.argv[1]), sys.argv[2]).engine()
notify(engine, House(CONFIG, SETTINGS, Path(sys.argv[3])), NOW)
"""


def test_killed_between_commit_and_delivery_it_is_sent_again(
    database: Database, engine: Engine, listener: Listener, tmp_path: Path
) -> None:
    pull_failed(engine)
    listener.hangs = True
    url = database.url.render_as_string(hide_password=False)
    root = Path(__file__).resolve().parents[3]
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, url, database.schema, str(tmp_path)],
        cwd=root,
        env={**os.environ, "HOOK_URL": listener.url},
    )
    try:
        assert listener.asked.wait(120), "the notice is on its way"
        assert state(engine) == [("hook", "pending", 1)]
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait(60)
    listener.hangs = False
    report = _when_the_lock_is_gone(engine, tmp_path)
    assert (report.created, report.sent, report.repeated) == (0, 1, 1)
    assert [each["title"] for each in listener.got] == [
        "[critical] source land: PullFailed (repeat)"
    ]
    assert state(engine) == [("hook", "sent", 2)]
    assert round_of(engine, tmp_path).sent == 0


def _when_the_lock_is_gone(engine: Engine, home: Path) -> RoundReport:
    """The server notices a killed client a moment later."""
    for _ in range(600):
        report = round_of(engine, home)
        if not report.busy:
            break
        run(engine, "SELECT pg_sleep(0.1)")
    return report


def test_the_terminal_shows_title_and_body(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    odd = {**NOTICE, "title": "[critical] a title"}  # brackets are markup to rich
    assert deliver(Receiver(terminal=True), odd, tmp_path) is None
    shown = capsys.readouterr().out
    assert "[critical] a title" in shown
    assert "two" in shown
    assert "lines" in shown


def test_a_torn_line_stays_alone(tmp_path: Path) -> None:
    receiver = Receiver(file="deep/notices.jsonl")
    assert deliver(receiver, NOTICE, tmp_path) is None
    path = tmp_path / "deep" / "notices.jsonl"
    with path.open("a") as file:
        file.write('{"torn')
    assert deliver(receiver, NOTICE, tmp_path) is None
    first, torn, last = path.read_text().splitlines()
    assert json.loads(first) == json.loads(last) == NOTICE
    assert torn == '{"torn'


@pytest.mark.parametrize(
    ("receiver", "url", "said"),
    [
        ({"file": "."}, "", "Is a directory"),
        ({"url": {"env": "HOOK_URL"}}, "", "HOOK_URL"),
        ({"url": {"env": "HOOK_URL"}}, "no url", "does not understand"),
    ],
)
def test_says_why_it_could_not(
    receiver: dict[str, Any],
    url: str,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOOK_URL", url)
    error = deliver(Receiver.model_validate(receiver), NOTICE, tmp_path)
    assert error is not None
    assert said in error
