"""The one list: what fits its flow, what runs when, for every environment there is."""

import inspect
import json
import os
from pathlib import Path

import pytest
from prefect.client.schemas.schedules import CronSchedule

from deployments.jobs import Job, jobs, reference
from deployments.prefect_form import flow_of, prefect_form
from flows.environment import ENVIRONMENTS, open_environment
from models.environment.loader import MAIN, Environment

FOLDERS = sorted(path.parent for path in ENVIRONMENTS.glob(f"*/{MAIN}"))
UPDATE = "TEREZE_UPDATE_SNAPSHOTS"
_OF_AN_APPLICATION = {"number": "OA-2026-000123-7", "who": "a.clerk"}
FORMS: dict[str, dict[str, object]] = {
    "resume_application": {**_OF_AN_APPLICATION, "reason": "body_is_back"},
    "cancel_application": {**_OF_AN_APPLICATION, "reason": "entered_twice"},
    "resolve_case": {"case": 7, "who": "a.clerk", "how": "go_on", "done": "asked_the_body"},
}
"""What members of staff fill in."""


@pytest.fixture(params=FOLDERS, ids=[folder.name for folder in FOLDERS])
def environment(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Environment:
    monkeypatch.setenv("TEREZE_DATA", os.environ.get("TEREZE_DATA", "."))
    folder: Path = request.param
    return open_environment(folder)


def test_environments_are_there() -> None:
    assert {"boston", "demo"} <= {folder.name for folder in FOLDERS}


def test_parameters_fit_the_flow(environment: Environment) -> None:
    for job in jobs(environment):
        flow = flow_of(job)
        assert flow.name == job.flow
        filled_in = FORMS.get(job.flow, {})
        inspect.signature(flow.fn).bind(**job.parameters, **filled_in)
        flow.validate_parameters({**job.parameters, **filled_in})
        assert (flow.description or "").strip(), f"{job.flow} does not say what it does"


def test_what_prefect_is_told(environment: Environment) -> None:
    for job in jobs(environment):
        form = prefect_form(job)
        assert form.full_name == job.full_name
        assert form.entrypoint == job.entrypoint
        if job.flow in FORMS:
            assert not form.schedules
            assert form.concurrency_limit is None
            continue
        assert form.concurrency_limit == 1
        assert form.concurrency_options is not None
        assert form.concurrency_options.collision_strategy.value == "CANCEL_NEW"
        [scheduled] = form.schedules or []
        assert isinstance(scheduled.schedule, CronSchedule)
        assert scheduled.schedule.cron == job.cron
        assert scheduled.schedule.timezone == environment.settings.timezone


def test_every_source_with_a_schedule_is_pulled_once(environment: Environment) -> None:
    listed = jobs(environment)
    pulled = [job.parameters["source"] for job in listed if job.flow == "ingest"]
    assert pulled == sorted(s.source for s in environment.sources.values() if s.schedule)
    others = [job.flow for job in listed if job.flow != "ingest"]
    composite = ["composite_services", *FORMS] if environment.composites else []
    checks = ["failures", "delays", "forecast", "alerts", "hidden_services"]
    assert others == ["register", *checks, *composite]
    names = [job.full_name for job in listed]
    assert len(set(names)) == len(names)


def test_no_parameter_names_this_machine(environment: Environment) -> None:
    for job in jobs(environment):
        assert job.parameters["environment"] == environment.folder.name
        assert not [value for value in job.parameters.values() if os.sep in value]


def _when(job: Job) -> str:
    return f"{job.cron} {job.timezone}" if job.cron else "by hand"


def test_forms_take_nothing_of_a_person() -> None:
    """Whatever is filled in is a number, a code or a login name; free words have no field."""
    for name in FORMS:
        schema = flow_of(_form_of(name)).parameters.model_dump()["properties"]
        for field, about in schema.items():
            kinds = about.get("enum") or about.get("pattern") or about.get("minimum")
            assert kinds or field == "environment", (name, field, about)


def _form_of(name: str) -> Job:
    listed = jobs(open_environment(ENVIRONMENTS / "demo"))
    return next(job for job in listed if job.flow == name)


def test_names_and_schedules_are_as_they_were(environment: Environment) -> None:
    file = Path(__file__).with_name(f"{environment.folder.name}.snapshot.json")
    now = {job.full_name: _when(job) for job in jobs(environment)}
    if os.environ.get(UPDATE):
        file.write_text(json.dumps(now, indent=2) + "\n")
    was = json.loads(file.read_text())
    assert now == was, f"where that is meant, run once with {UPDATE}=1"


def test_an_environment_elsewhere_is_named_by_its_path(tmp_path: Path) -> None:
    assert reference(ENVIRONMENTS / "demo") == "demo"
    assert reference(tmp_path) == str(tmp_path.resolve())
