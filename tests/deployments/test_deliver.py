"""The process that delivers: woken by a commit, stopped by SIGTERM, its files read anew."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from deployments.deliver import Reader
from flows.alerts.fire import Firing, fire
from models.database import Database
from models.environment.loader import load
from tests.environments import files, write
from tests.flows.alerts.conftest import NOW

ROOT = Path(__file__).resolve().parents[2]
ALERTS: dict[str, Any] = {
    "receivers": {"log": {"file": "log.jsonl"}},
    "routes": [{"receivers": ["log"]}],
}


def written(folder: Path, **alerts: Any) -> Path:
    return write(folder, {**files(), "alerts.yaml": {**ALERTS, **alerts}})


def test_it_tells_what_another_process_commits(database: Database, tmp_path: Path) -> None:
    folder, home = written(tmp_path / "city"), tmp_path / "home"
    assert load(folder).name == database.schema
    process = subprocess.Popen(
        [sys.executable, "-m", "deployments.deliver", str(folder)],
        cwd=ROOT,
        env={
            **os.environ,
            "TEREZE_HOME": str(home),
            "TEREZE_DATABASE_URL": database.url.render_as_string(hide_password=False),
        },
    )
    try:
        engine = database.engine()
        with engine.begin() as connection:
            labels = {"source": "land"}
            fire(connection, Firing("PullFailed", "critical", labels, labels, NOW, "No"), "test")
        engine.dispose()
        log = home / "log.jsonl"
        ends = time.monotonic() + 60
        while not log.exists() or not log.read_text():
            assert time.monotonic() < ends
            assert process.poll() is None
            time.sleep(0.1)
        assert "[critical] source land: PullFailed" in log.read_text()
        process.send_signal(signal.SIGTERM)
        assert process.wait(120) == 0
    finally:
        process.kill()
        process.wait()


def test_files_are_read_anew_and_wrong_ones_change_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    reader = Reader(written(tmp_path), every=0)
    assert reader().alerts.notices.at_most == 20
    written(tmp_path, notices={"at_most": 3})
    assert reader().alerts.notices.at_most == 3
    written(tmp_path, routes=[{"receivers": ["nobody"]}])
    assert reader().alerts.notices.at_most == 3
    assert "The environment stays as it was" in caplog.text
