"""`tereze up` from start to end, through a power cut."""

import re
import signal

import psutil
import pytest
import requests

from console.up.state import read
from deployments.jobs import jobs
from deployments.prefect_api import begin
from flows.environment import open_environment
from tests.console.up.conftest import Up, as_json
from tests.waiting import until


@pytest.mark.slow
def test_through_a_power_cut_nothing_is_lost(up: Up) -> None:
    up.start()
    _serves_its_jobs(up)
    _schedules_runs(up)
    assert as_json(up.tereze("pull", "office.applications", "--json"))["inserted"] == 3
    _recorded(up)
    _serves_metrics(up)
    second = up.tereze("up")
    assert second.returncode == 3
    assert "runs there already" in second.stderr
    state = read(up.home)
    assert state is not None
    assert state.prefect_api is not None
    begin(state.prefect_api, "ingest", {"source": "left unfinished"})

    up.kill_everything()
    assert not up.processes()
    assert (up.home / "up.json").exists()

    up.start()
    again = as_json(up.tereze("pull", "office.applications", "--json"))
    assert (again["read"], again["inserted"], again["updated"]) == (4, 0, 0)
    wanted = {"state": {"type": {"any_": ["CRASHED"]}}, "tags": {"all_": ["by-hand"]}}
    crashed = up.prefect("/flow_runs/filter", {"flow_runs": wanted})
    assert [run["parameters"]["source"] for run in crashed] == ["left unfinished"]
    _is_started_again(up, "jobs")
    _stops_cleanly(up)


def _serves_its_jobs(up: Up) -> None:
    expected = {job.name for job in jobs(open_environment(up.folder))}

    def registered() -> bool:
        return {each["name"] for each in up.prefect("/deployments/filter", {})} == expected

    until(registered, 120)


def _schedules_runs(up: Up) -> None:
    def scheduled() -> bool:
        runs = up.prefect(
            "/flow_runs/filter", {"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}}
        )
        return bool(runs)

    until(scheduled, 120)


def _recorded(up: Up) -> None:
    wanted = {"flow_runs": {"tags": {"all_": ["by-hand"]}}}
    [run] = up.prefect("/flow_runs/filter", wanted)
    assert run["state_type"] == "COMPLETED"
    assert run["state"]["message"] == (
        "office.applications: read 4, new 3, changed 0, unchanged 0, quarantined 1, "
        + run["state"]["message"].rsplit(", ", 1)[1]
    )
    assert run["parameters"]["source"] == "office.applications"


def _serves_metrics(up: Up) -> None:
    found = re.search(r"metrics +(http://127\.0\.0\.1:\d+/metrics)", up.said)
    assert found is not None, up.said
    wanted = 'tereze_pull_rows{outcome="inserted",source="office.applications",system="office"} 3.0'
    until(lambda: wanted in requests.get(found[1], timeout=60).text)


def _is_started_again(up: Up, name: str) -> None:
    state = read(up.home)
    assert state is not None
    [child] = [each for each in state.children if each.name == name][:1]
    psutil.Process(child.pid).send_signal(signal.SIGKILL)
    until(lambda: f"{name} is started again" in up.said, 60)


def _stops_cleanly(up: Up) -> None:
    running = up.processes()
    assert len(running) > 3
    assert up.process is not None
    up.process.send_signal(signal.SIGTERM)
    assert up.process.wait(120) == 0
    gone, alive = psutil.wait_procs(running, timeout=60)
    assert not alive
    assert len(gone) == len(running)
    assert "Stopped." in up.said
    assert not (up.home / "up.json").exists()
