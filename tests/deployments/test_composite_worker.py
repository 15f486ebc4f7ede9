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

from models.database.engine import Database
from tests.flows.composite_services.carried import call
from tests.flows.composite_services.stage import Begin, stage
from tests.waiting import until

PROGRAM = ("-m", "deployments.composite_worker")
ONLY_WOKEN = """
from flows.composite_services.engine import worker
worker.POLL = 3600.0
from deployments.composite_worker import main
main()
"""
"""One that does not look for what is due by itself."""
LISTENS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND query LIKE 'LISTEN %' AND state = 'idle'
"""


@pytest.fixture
def begin(synced: Database, tmp_path: Path) -> Iterator[Begin]:
    with stage(synced, tmp_path, lease="8s", threads=4) as begin:
        yield begin


@contextmanager
def worker(
    database: Database, folder: Path, program: tuple[str, ...] = PROGRAM
) -> Iterator["subprocess.Popen[bytes]"]:
    """A worker on the database, killed at the end if it still lives."""
    url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    process = subprocess.Popen(
        [sys.executable, *program, str(folder)],
        env={**os.environ, "TEREZE_DATABASE_URL": url},
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


ENDED = "SELECT count(*) FROM composite_applications WHERE state = 'ended'"


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
        until(lambda: scenes[0].values(ENDED) == [len(scenes)], 120)
    wanted = [f"{it.number}/{step}" for it in scenes for step in steps]
    assert sorted(body.ledger) == sorted(wanted)


def test_it_is_woken_at_once_and_stops_when_told(
    begin: Begin, synced: Database, tmp_path: Path
) -> None:
    it = begin(one=call())
    with worker(synced, tmp_path, ("-c", ONLY_WOKEN)) as process:
        until(lambda: it.values(ENDED) == [1] and it.values(LISTENS) == [1])
        begin(one=call())
        it.execute("SELECT pg_notify('composite_due', current_schema())")
        until(lambda: it.values(ENDED) == [2])
        process.terminate()
        assert process.wait(120) == 0
