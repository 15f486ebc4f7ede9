"""Real receivers: a mail server, a web hook that fails, is slow or says 429, an Alertmanager."""

import email
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import Engine

from flows.alerts.notices import notify
from tests.flows.alerts.conftest import NOW, run
from tests.flows.alerts.desk import Desk, config, files
from tests.flows.alerts.listener import Listener, listening

aiosmtpd = pytest.importorskip("aiosmtpd.controller", reason="aiosmtpd is not installed")
TITLE = "[critical] system land: PullFailed"
SECRET = "t0p-s3cret-pass"


@dataclass
class Mailbox:
    """A mail server's hand: it keeps what it takes, or refuses all."""

    refuses: bool = False
    got: list[Message] = field(default_factory=list)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        if self.refuses:
            return "451 4.3.2 come back later"
        self.got.append(email.message_from_bytes(envelope.content))
        return "250 OK"


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    handler = Mailbox()
    port = free_port()
    server = aiosmtpd.Controller(handler, hostname="127.0.0.1", port=port, ready_timeout=60)
    server.start()
    url = f"mailto://127.0.0.1:{port}?from=tereze@example.org&to=duty@example.org&mode=insecure"
    monkeypatch.setenv("MAIL_URL", url)
    try:
        yield handler
    finally:
        server.stop()


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def desk_of(engine: Engine, home: Path, *urls: str, **notices: Any) -> Desk:
    """Everything goes to each of these variables' addresses."""
    receivers = {url.lower(): {"url": {"env": url}} for url in urls}
    return Desk(
        engine,
        home,
        config(
            receivers={**receivers, **files("log")},
            routes=[
                {"receivers": ["log"], "labels": {"name": "ReceiverFailing"}},
                {"receivers": list(receivers)},
            ],
            notices=notices,
        ),
    )


def test_a_notice_comes_by_mail(engine: Engine, tmp_path: Path, mailbox: Mailbox) -> None:
    desk = desk_of(engine, tmp_path, "MAIL_URL")
    desk.fire(system="land")
    desk.round()
    [mail] = mailbox.got
    assert mail["Subject"] == TITLE
    assert "duty@example.org" in mail["To"]
    text = next(part for part in mail.walk() if part.get_content_type() == "text/plain")
    body = text.get_payload(decode=True)
    assert isinstance(body, bytes)
    assert "What to do: docs/runbooks/pull_failed.md" in body.decode()


def test_mail_that_is_refused_comes_later(engine: Engine, tmp_path: Path, mailbox: Mailbox) -> None:
    desk = desk_of(engine, tmp_path, "MAIL_URL")
    mailbox.refuses = True
    desk.fire(system="land")
    desk.round()
    assert desk.report.retrying == 1
    mailbox.refuses = False
    desk.round(1)
    assert [mail["Subject"] for mail in mailbox.got] == [f"{TITLE} (repeat)"]


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    with listening() as state:
        monkeypatch.setenv("HOOK_URL", state.url)
        yield state


def test_429_and_500_wait_longer_each_time(engine: Engine, tmp_path: Path, hook: Listener) -> None:
    desk = desk_of(engine, tmp_path, "HOOK_URL", retry="1m", attempts=10)
    hook.statuses = [429, 500, 503]
    desk.fire(system="land")
    tried = []
    for minute in range(9):
        before = run(engine, "SELECT coalesce(sum(attempts), 0) FROM notices")
        desk.round(minute)
        if run(engine, "SELECT sum(attempts) FROM notices") != before:
            tried.append(minute)
    assert tried == [0, 1, 3, 7]
    assert [each["title"] for each in hook.got] == [f"{TITLE} (repeat)"]
    errors = [row[0] for row in run(engine, "SELECT error FROM notice_attempts ORDER BY id")]
    assert ["429" in errors[0], "500" in errors[1], errors[3]] == [True, True, None]
    assert SECRET not in str(errors)


def test_a_slow_one_keeps_no_other_waiting(
    engine: Engine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    hook: Listener,
    mailbox: Mailbox,
) -> None:
    hook.hangs = True
    monkeypatch.setenv("HOOK_URL", hook.url.replace("rto=60", "rto=0.5"))
    desk = desk_of(engine, tmp_path, "HOOK_URL", "MAIL_URL")
    for n in range(6):
        desk.fire(system=f"s{n}")
    desk.round()
    assert len(mailbox.got) == 6
    assert run(engine, "SELECT receiver, sum(attempts) FROM notices GROUP BY 1 ORDER BY 1") == [
        ("hook_url", 2),
        ("mail_url", 6),
    ]


def test_no_secret_is_kept_or_told(
    engine: Engine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with listening() as closed:
        token = "xoxb-0123456789-abcdefgh"
        url = f"json://user:{SECRET}@127.0.0.1:{closed.port}/hooks/{token}?cto=1&rto=1"
        monkeypatch.setenv("HOOK_URL", url)
    desk = desk_of(engine, tmp_path, "HOOK_URL", attempts=1)
    desk.fire(system="land")
    desk.round()
    desk.round(1)
    kept = run(engine, "SELECT * FROM notices") + run(engine, "SELECT * FROM notice_attempts")
    kept += run(engine, "SELECT sentence FROM alerts") + run(engine, "SELECT * FROM alert_changes")
    seen = f"{kept}{caplog.text}{(tmp_path / 'log.jsonl').read_text()}"
    assert "hook_url took no notice" in seen
    assert SECRET not in seen
    assert token not in seen


MANAGER = shutil.which("prometheus-alertmanager")


@contextmanager
def alertmanager(folder: Path) -> Iterator[str]:
    """A real Alertmanager that tells a web hook nothing: what it holds is asked by its API."""
    (folder / "am.yml").write_text("route: {receiver: none}\nreceivers: [{name: none}]\n")
    port = free_port()
    assert MANAGER is not None
    command = [
        MANAGER,
        f"--config.file={folder / 'am.yml'}",
        f"--storage.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=",
    ]
    with (folder / "am.log").open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    url = f"http://127.0.0.1:{port}"
    try:
        _until_ready(url, folder / "am.log")
        yield url
    finally:
        process.terminate()
        process.wait(60)


def _until_ready(url: str, log: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            if requests.get(f"{url}/-/ready", timeout=30).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.1)
    raise AssertionError(log.read_text())


def held(url: str) -> dict[str, dict[str, Any]]:
    """What the Alertmanager holds now, by the alert's name and system."""
    found = requests.get(f"{url}/api/v2/alerts", timeout=30).json()
    return {f"{a['labels']['alertname']} {a['labels'].get('system', '')}": a for a in found}


@pytest.mark.skipif(MANAGER is None, reason="prometheus-alertmanager is not on the PATH")
def test_a_real_alertmanager_holds_what_goes_on(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "am").mkdir()
    with alertmanager(tmp_path / "am") as url:
        monkeypatch.setenv("MANAGER_URL", url)
        receivers = {"manager": {"alertmanager": {"env": "MANAGER_URL"}}}
        desk = Desk(
            engine, tmp_path, config(receivers=receivers, routes=[{"receivers": ["manager"]}])
        )
        desk.fire(system="land")
        desk.fire(severity="warning", system="tax")
        now = datetime.now(UTC)
        assert notify(engine, desk.house, now).sent == 2
        before = held(url)
        assert before.keys() == {"PullFailed land", "PullFailed tax"}
        land = before["PullFailed land"]
        assert land["labels"] == {
            "alertname": "PullFailed",
            "environment": "test",
            "severity": "critical",
            "system": "land",
        }
        assert land["annotations"]["summary"] == TITLE
        assert land["annotations"]["count"] == "1"
        assert datetime.fromisoformat(land["startsAt"]) == NOW
        desk.end(system="land")
        assert notify(engine, desk.house, now + timedelta(seconds=5)).sent == 1
        assert held(url).keys() == {"PullFailed tax"}
        later = now + timedelta(hours=12, minutes=1)
        assert notify(engine, desk.house, later).calls == 1, "told again, lest it be forgotten"
        ends = datetime.fromisoformat(held(url)["PullFailed tax"]["endsAt"])
        assert ends > datetime.fromisoformat(before["PullFailed tax"]["endsAt"])


def test_an_alertmanager_that_refuses_is_no_success(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listening() as state:
        state.status = 400
        monkeypatch.setenv("MANAGER_URL", f"http://user:{SECRET}@127.0.0.1:{state.port}")
        receivers = {"manager": {"alertmanager": {"env": "MANAGER_URL"}}}
        desk = Desk(
            engine, tmp_path, config(receivers=receivers, routes=[{"receivers": ["manager"]}])
        )
        desk.fire(system="land")
        desk.round()
        assert desk.report.retrying == 1
    [(error,)] = run(engine, "SELECT last_error FROM notices")
    assert error.startswith("the Alertmanager answered 400")
    desk.round(1)
    [(error,)] = run(engine, "SELECT last_error FROM notices")
    assert error == "the Alertmanager could not be asked (ConnectionError)"
