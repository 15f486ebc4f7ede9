"""Who runs in a home folder, and what may be ended there."""

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import pytest

from console.up.leftovers import end_leftovers
from console.up.state import Process, UpState, lend_variables, only_one, read, running, write
from models.errors import CouldNotRun

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]


def _me() -> Process:
    me = Process.of("supervisor", os.getpid())
    assert me is not None
    return me


def _gone() -> Process:
    process = subprocess.Popen([sys.executable, "-c", "pass"])
    found = Process.of("supervisor", process.pid) or Process("supervisor", process.pid, 1.0)
    process.wait()
    return found


def test_the_second_is_told_who_runs(tmp_path: Path) -> None:
    write(tmp_path, UpState(_me(), "demo"))
    told = rf"process {os.getpid()} \(environment demo\) runs there already"
    with only_one(tmp_path), pytest.raises(CouldNotRun, match=told), only_one(tmp_path):
        pytest.fail("two supervisors hold one folder")
    with only_one(tmp_path):
        assert read(tmp_path) is not None


def test_leftovers_are_ended_and_strangers_are_not(tmp_path: Path) -> None:
    ours, stranger = subprocess.Popen(SLEEPER), subprocess.Popen(SLEEPER)
    try:
        mine, other = Process.of("jobs", ours.pid), Process.of("old", stranger.pid)
        assert mine is not None
        assert other is not None
        # The number of a process that we started long ago, given to another since.
        reused = dataclasses.replace(other, created=other.created - 3600)
        write(tmp_path, UpState(_gone(), "demo", children=[mine, reused, _gone()]))
        assert end_leftovers(tmp_path) == ["jobs"]
        assert mine.find() is None
        assert stranger.poll() is None
        assert read(tmp_path) is None
    finally:
        for process in (ours, stranger):
            process.kill()
            process.wait()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"supervisor": {}}', '{"pid": 1}'])
def test_a_file_that_cannot_be_read_is_no_state(tmp_path: Path, content: str) -> None:
    (tmp_path / "up.json").write_text(content)
    assert read(tmp_path) is None
    assert end_leftovers(tmp_path) == []


def test_only_the_living_lend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEREZE_HOME", str(tmp_path))
    monkeypatch.delenv("SANDBOX_LENT", raising=False)
    monkeypatch.setenv("SANDBOX_SET", "mine")
    lent = {"SANDBOX_LENT": "here", "SANDBOX_SET": "theirs"}
    write(tmp_path, UpState(_gone(), "demo", variables=lent))
    lend_variables()
    assert running() is None
    assert "SANDBOX_LENT" not in os.environ
    write(tmp_path, UpState(_me(), "demo", variables=lent))
    lend_variables()
    assert os.environ.pop("SANDBOX_LENT") == "here"
    assert os.environ["SANDBOX_SET"] == "mine"


def test_the_file_is_its_owners_only(tmp_path: Path) -> None:
    write(tmp_path, UpState(_me(), "demo", variables={"KEY": "made up"}))
    assert (tmp_path / "up.json").stat().st_mode & 0o077 == 0
    assert read(tmp_path) == UpState(_me(), "demo", variables={"KEY": "made up"})
