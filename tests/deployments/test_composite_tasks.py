"""An application that a person starts: a background task, a flow run of its number, and the end."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from models.database.engine import Database
from tests.flows.composite_services.carried import call
from tests.flows.composite_services.stage import Begin, stage

DELAY = (
    "import sys; from flows.composite_services.background import delay; print(delay(*sys.argv[1:]))"
)


@pytest.fixture
def begin(synced: Database, tmp_path: Path) -> Iterator[Begin]:
    with stage(synced, tmp_path / "environment") as begin:
        yield begin


@pytest.fixture
def variables(
    synced: Database, prefect_variables: dict[str, str], tmp_path: Path
) -> dict[str, str]:
    return {
        **os.environ,
        **prefect_variables,
        "TEREZE_DATABASE_URL": synced.url.render_as_string(hide_password=False),
        "TEREZE_HOME": str(tmp_path / "home"),
    }


@contextmanager
def tasks(variables: dict[str, str]) -> Iterator[None]:
    """The process that serves the tasks."""
    command = [sys.executable, "-m", "deployments.composite_tasks"]
    process = subprocess.Popen(command, env=variables)
    try:
        yield
    finally:
        process.terminate()
        process.wait(120)


def _runs(api: str, number: str) -> list[dict[str, Any]]:
    wanted = {"flow_runs": {"name": {"any_": [number]}}}
    return list(requests.post(f"{api}/flow_runs/filter", json=wanted, timeout=60).json())


def test_it_shows_as_a_flow_run_of_its_number_and_is_carried(
    begin: Begin, variables: dict[str, str], api: str, tmp_path: Path
) -> None:
    it = begin(one=call(), two=call("one"))
    asked = [sys.executable, "-c", DELAY, str(tmp_path / "environment"), it.number]
    with tasks(variables):
        done = subprocess.run(asked, env=variables, capture_output=True, text=True, timeout=300)
        assert done.stdout.split()[-1] == "True", done.stderr
        until = time.monotonic() + 100
        while it.states()[""] != "ended/done" and time.monotonic() < until:
            time.sleep(0.1)
        assert it.states()[""] == "ended/done"
        while not (runs := [r for r in _runs(api, it.number) if r["state_type"] == "COMPLETED"]):
            assert time.monotonic() < until
            time.sleep(0.2)
    assert len(runs) == 1
    assert runs[0]["state"]["message"] == f"{it.number}: All is done"
    assert "900101300017" not in str(runs), "no personal data in Prefect"


def test_without_a_server_nothing_is_handed_over(variables: dict[str, str]) -> None:
    without = {name: value for name, value in variables.items() if name != "PREFECT_API_URL"}
    asked = [sys.executable, "-c", DELAY, "demo", "OA-2026-000001-1"]
    done = subprocess.run(asked, env=without, capture_output=True, text=True, timeout=300)
    assert done.stdout.split() == ["False"]
