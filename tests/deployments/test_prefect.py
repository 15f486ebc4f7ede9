"""With a real Prefect server: deploy, record, clear up, and how a failed pull looks."""

import asyncio
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from deployments.jobs import jobs
from deployments.prefect_api import PrefectAway, begin, clear_missed, clear_unfinished, finish
from flows.environment import open_environment
from models.database import Database
from tests.console.conftest import small_environment

NOWHERE = "http://127.0.0.1:1/api"


@pytest.fixture
def variables(
    database: Database, prefect_variables: dict[str, str], tmp_path: Path
) -> dict[str, str]:
    return {
        **os.environ,
        **prefect_variables,
        "TEREZE_DATABASE_URL": database.url.render_as_string(hide_password=False),
        "TEREZE_HOME": str(tmp_path / "home"),
        "TEREZE_ENVIRONMENT": str(small_environment(tmp_path / "environment")),
    }


def _ask(api: str, path: str, body: dict[str, Any]) -> Any:
    answer = requests.post(f"{api}{path}", json=body, timeout=60)
    answer.raise_for_status()
    return answer.json()


def _run(api: str, identity: str) -> Any:
    return requests.get(f"{api}/flow_runs/{identity}", timeout=60).json()


def _python(variables: dict[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *arguments],
        env=variables,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


DEPLOY = """
import sys
from console.cli import run
for line in sys.stdin:
    print(run(["deploy", "--pool", "offices"]), flush=True)
"""
"""The command once for each line that it is sent, in one process: it starts slowly."""


def test_deploy_registers_the_list_and_only_the_list(variables: dict[str, str], api: str) -> None:
    folder = Path(variables["TEREZE_ENVIRONMENT"])
    source = folder / "sources" / "applications.yaml"
    unscheduled = source.read_text()
    source.write_text(unscheduled + "schedule: '*/10 * * * *'\n")
    with subprocess.Popen(
        [sys.executable, "-c", DEPLOY],
        env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as program:  # fmt: skip
        assert _deploys(program) == "0"
        assert _deployed(api) == {job.name for job in jobs(open_environment(folder))}
        assert "test.office.applications" in _deployed(api)
        pool = requests.get(f"{api}/work_pools/offices", timeout=60).json()
        assert pool["type"] == "process"
        source.write_text(unscheduled)
        assert _deploys(program) == "0"
        assert _deployed(api) == {"test"}


def _deploys(program: "subprocess.Popen[str]") -> str:
    """What the command ends with; the list that it prints comes before that."""
    assert program.stdin is not None
    assert program.stdout is not None
    program.stdin.write("once more\n")
    program.stdin.flush()
    said = iter(program.stdout.readline, "")
    return next((line.strip() for line in said if line.strip().isdigit()), "it ended")


def _deployed(api: str) -> set[str]:
    wanted = {"deployments": {"tags": {"all_": ["environment:test"]}}}
    return {each["name"] for each in _ask(api, "/deployments/filter", wanted)}


def test_deploy_without_a_server(variables: dict[str, str]) -> None:
    done = _python(variables | {"PREFECT_API_URL": NOWHERE}, "-m", "console", "deploy")
    assert done.returncode == 3
    assert "Is the Prefect server up" in done.stderr.replace("\n", " ")
    assert "Traceback" not in done.stderr


FLOW = """
import asyncio, pathlib, sys
from flows.ingest.flow import ingest
folder, source = sys.argv[1:]
for _ in range(2):
    state = asyncio.run(ingest(folder, source, return_state=True))
    print(state.type.value, "|", state.message)
    (pathlib.Path(folder) / "data" / "applications.csv").write_text("")
"""
"""A pull of what there is, and one of an empty file."""


def test_a_pull_in_prefect_ends_with_its_sentence(variables: dict[str, str], api: str) -> None:
    done = _python(variables, "-c", FLOW, variables["TEREZE_ENVIRONMENT"], "office.applications")
    assert done.returncode == 0, done.stderr
    good, bad = done.stdout.strip().splitlines()[-2:]
    assert good.startswith("COMPLETED | office.applications: read 4")
    assert bad.startswith("FAILED | office.applications: ")
    assert "Traceback" not in done.stderr
    newest = {"sort": "START_TIME_DESC", "limit": 2, "flows": {"name": {"any_": ["ingest"]}}}
    runs = _ask(api, "/flow_runs/filter", newest)
    assert [run["state_type"] for run in runs] == ["FAILED", "COMPLETED"]
    for run in runs:
        assert run["state"]["message"].startswith("office.applications: ")


def test_a_run_by_hand_is_recorded(api: str) -> None:
    identity = begin(api, "delays", {"environment": "test"})
    assert _run(api, identity)["state_type"] == "RUNNING"
    finish(api, identity, "FAILED", "No standard was found")
    run = _run(api, identity)
    assert (run["state_type"], run["state"]["message"]) == ("FAILED", "No standard was found")
    assert run["parameters"] == {"environment": "test"}


def test_what_was_left_is_cleared_and_nothing_else(api: str) -> None:
    left = begin(api, "delays", {"environment": "test"})
    done = begin(api, "delays", {"environment": "test"})
    finish(api, done, "COMPLETED", "")
    flow = _ask(api, "/flows/", {"name": "delays"})["id"]
    past, future = (_scheduled(api, flow, timedelta(hours=hours)) for hours in (-1, 1))
    assert clear_unfinished(api) >= 1
    assert clear_missed(api, datetime.now(UTC)) >= 1
    states = [_run(api, each)["state_type"] for each in (left, done, past, future)]
    assert states == ["CRASHED", "COMPLETED", "CANCELLED", "SCHEDULED"]


def _scheduled(api: str, flow: str, ahead: timedelta) -> str:
    at = (datetime.now(UTC) + ahead).isoformat()
    state = {"type": "SCHEDULED", "state_details": {"scheduled_time": at}}
    run = _ask(api, "/flow_runs/", {"flow_id": flow, "tags": ["tereze"], "state": state})
    return str(run["id"])


def test_a_server_that_is_away_is_said_to_be() -> None:
    with pytest.raises(PrefectAway, match="Is it up"):
        begin(NOWHERE, "delays", {})


def test_a_broken_environment_fails_the_run_with_its_sentence(
    variables: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.delays.flow import delays

    monkeypatch.setenv("TEREZE_HOME", variables["TEREZE_HOME"])
    state = asyncio.run(delays.fn("nowhere"))
    assert state.type.value == "FAILED"
    assert "there is no folder of that name" in (state.message or "")
