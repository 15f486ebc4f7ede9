"""The worker as a process: it is woken, killed with -9, started again, and stopped."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from models.database.engine import Database
from tests.flows.composite_services.carried import call
from tests.flows.composite_services.stage import Begin, stage


@pytest.fixture
def begin(synced: Database, tmp_path: Path) -> Iterator[Begin]:
    with stage(synced, tmp_path, lease="2s", threads=4) as begin:
        yield begin


@contextmanager
def worker(database: Database, folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A worker on the database, killed at the end if it still lives."""
    url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    process = subprocess.Popen(
        [sys.executable, "-m", "deployments.composite_worker", str(folder)],
        env={**os.environ, "TEREZE_DATABASE_URL": url},
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def ended(database: Database, count: int, within: float) -> bool:
    """Whether so many applications have ended in time."""
    engine, until = database.engine(), time.monotonic() + within
    try:
        while time.monotonic() < until:
            with engine.connect() as connection:
                sql = "SELECT count(*) FROM composite_applications WHERE state = 'ended'"
                if connection.execute(text(sql)).scalar() == count:
                    return True
            time.sleep(0.05)
        return False
    finally:
        engine.dispose()


def test_killed_and_started_again_it_does_everything_once(
    begin: Begin, synced: Database, tmp_path: Path
) -> None:
    steps = {"one": call(), "two": call("one"), "three": call("two")}
    scenes = [begin(**steps) for _ in range(10)]
    body = scenes[0].body
    body.faults += ["", "lose", "", "cut"] * 3
    with worker(synced, tmp_path) as process:
        while len(body.ledger) < 12 and process.poll() is None:
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
    with worker(synced, tmp_path):
        assert ended(synced, len(scenes), 60), scenes[0].values(
            "SELECT step, state, reason, count(*) FROM composite_steps GROUP BY 1, 2, 3"
        )
    wanted = [f"{it.number}/{step}" for it in scenes for step in steps]
    assert sorted(body.ledger) == sorted(wanted)


def test_it_is_woken_at_once_and_stops_when_told(
    begin: Begin, synced: Database, tmp_path: Path
) -> None:
    begin(one=call())
    with worker(synced, tmp_path) as process:
        assert ended(synced, 1, 30)
        time.sleep(1)  # it sleeps until it is woken, or for two seconds
        it = begin(one=call())
        it.execute("SELECT pg_notify('composite_due', current_schema())")
        assert ended(synced, 2, 1.5)
        process.terminate()
        assert process.wait(10) == 0
