"""A child is started again with back-off, ends with its parent, and takes its own along."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from console.up.child import FIRST_PAUSE, Child
from deployments import lifeline
from tests.waiting import until

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]


def _child(tmp_path: Path, command: list[str], **variables: str) -> Child:
    return Child("sleeper", command, {**os.environ, **variables}, tmp_path / "logs" / "sleeper.log")


def test_what_died_is_started_again_after_a_pause(tmp_path: Path) -> None:
    child = _child(tmp_path, SLEEPER)
    child.start()
    try:
        assert child.look() is None
        first = child.processes()[0].pid
        os.kill(first, signal.SIGKILL)
        until(lambda: not child.alive)
        news = child.look()
        assert news is not None
        assert f"ended with -9; starting it again in {FIRST_PAUSE:.0f} s" in news
        assert child.look() is None
        assert not child.alive
        until(lambda: child.look() == "sleeper is started again")
        assert child.processes()[0].pid != first
    finally:
        child.stop()
    assert child.processes() == []


def test_pauses_grow(tmp_path: Path) -> None:
    child = _child(tmp_path, [sys.executable, "-c", "raise SystemExit(7)"])
    child.start()
    said: list[str] = []

    def twice_ended() -> bool:
        news = child.look()
        said.extend([news] if news else [])
        return sum("ended with 7" in each for each in said) == 2

    until(twice_ended)
    assert "again in 1 s" in said[0]
    assert "again in 2 s" in said[-1]


def test_stop_takes_the_childs_own_along(tmp_path: Path) -> None:
    code = f"import subprocess; subprocess.Popen({SLEEPER!r}).wait()"
    child = _child(tmp_path, [sys.executable, "-c", code])
    child.start()
    until(lambda: len(child.processes()) == 2)
    both = [each.pid for each in child.processes()]
    child.stop()
    assert not any(psutil.pid_exists(pid) for pid in both)


@pytest.mark.parametrize("send", [signal.SIGKILL, signal.SIGTERM])
def test_the_lifeline_ends_a_child_whose_parent_has_gone(tmp_path: Path, send: int) -> None:
    pid_file = tmp_path / "pid"
    child = (
        "import os, pathlib, sys, time; from deployments import lifeline; lifeline.hold();"
        "pathlib.Path(sys.argv[1]).write_text(str(os.getpid())); time.sleep(600)"
    )
    parent = (
        "import os, subprocess, sys, time;"
        f"os.environ[{lifeline.PARENT!r}] = str(os.getpid());"
        f"subprocess.Popen([sys.executable, '-c', {child!r}, sys.argv[1]]); time.sleep(600)"
    )
    process = subprocess.Popen([sys.executable, "-c", parent, str(pid_file)])
    until(lambda: pid_file.exists() and pid_file.read_text())
    orphan = psutil.Process(int(pid_file.read_text()))
    process.send_signal(send)
    process.wait()
    until(lambda: not orphan.is_running() or orphan.status() == psutil.STATUS_ZOMBIE)
