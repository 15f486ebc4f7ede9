"""How systems stand: never healthy for a time in which nobody looked."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from flows.failures import findings
from flows.failures.state import SystemState, state_of
from flows.failures.verdict import Verdict
from models.environment.loader import Environment
from tests.environments import environment as written
from tests.environments import files
from tests.flows.failures.saying import minute, say

SOURCE = "office.applications"
NOW = 60
OFFICE = files()["systems.yaml"]["systems"]["office"]


def _environment(folder: Path, **office: Any) -> Environment:
    (folder / "probes.yaml").write_text("modules: {web: {prober: http}}\n")
    web = {"module": "web", "target": "http://127.0.0.1:1/"}
    return written(
        folder,
        systems={"systems": {"office": {**OFFICE, "probes": [web], **office}}},
        applications={"schedule": "*/10 * * * *"},
    )


def _probed(engine: Engine, at: float | None) -> None:
    if at is None:
        return
    with engine.begin() as connection:
        connection.execute(
            text("""
                INSERT INTO probe_targets (system, probe, tried_at, looked_at, outcome)
                VALUES ('office', 'web', :at, :at, 'good')
            """),
            {"at": minute(at)},
        )


def _pulled(engine: Engine, at: float | None) -> None:
    if at is None:
        return
    with engine.begin() as connection:
        connection.execute(
            text("""
                INSERT INTO pulls (source, kind, holder, state, started_at)
                VALUES (:source, 'pull', 'test', 'succeeded', :at)
            """),
            {"source": SOURCE, "at": minute(at)},
        )


def _said(engine: Engine, environment: Environment, *verdicts: Verdict) -> None:
    with engine.begin() as connection:
        findings.write(connection, environment, "probes", verdicts, minute(NOW), "test")


def _state(engine: Engine, environment: Environment) -> SystemState:
    with engine.connect() as connection:
        (state,) = state_of(connection, environment, minute(NOW))
    return state


BAD, GOOD = say("confirmed", NOW, 50, subject="probe:web"), say("good", NOW, subject="probe:web")
MAYBE = say("suspected", NOW, 59, subject="probe:web", kind="slow")


@pytest.mark.parametrize(
    ("probed", "pulled", "said", "state", "since", "unseen"),
    [
        (NOW, 55, [], "ok", None, {}),
        (57, 30, [], "ok", None, {}),
        (56, 55, [], "not_looked_at", 56, {"probe:web": 56}),
        (NOW, 29, [], "not_looked_at", 29, {f"source:{SOURCE}": 29}),
        (40, 10, [], "not_looked_at", 10, {"probe:web": 40, f"source:{SOURCE}": 10}),
        (None, 55, [], "not_looked_at", None, {"probe:web": None}),
        (None, None, [], "not_looked_at", None, {"probe:web": None, f"source:{SOURCE}": None}),
        (NOW, 55, [MAYBE], "suspected", 59, {}),
        (NOW, 55, [BAD, MAYBE], "failing", 50, {}),
        (30, 55, [BAD], "failing", 50, {"probe:web": 30}),
        (30, 55, [MAYBE], "not_looked_at", 30, {"probe:web": 30}),
    ],
)
def test_how_a_system_stands(
    engine: Engine,
    tmp_path: Path,
    probed: float | None,
    pulled: float | None,
    said: list[Verdict],
    state: str,
    since: float | None,
    unseen: dict[str, float | None],
) -> None:
    environment = _environment(tmp_path)
    _probed(engine, probed)
    _pulled(engine, pulled)
    _said(engine, environment, *said)
    found = _state(engine, environment)
    assert (found.system, found.state) == ("office", state)
    assert found.since == (None if since is None else minute(since))
    assert found.unseen == {name: None if at is None else minute(at) for name, at in unseen.items()}
    assert len(found.findings) == len(said)
    if state in ("failing", "suspected"):
        assert found.kind == said[0].kind
        assert found.sentence == said[0].sentence


def test_it_is_ok_since_the_last_failure_was_over(engine: Engine, tmp_path: Path) -> None:
    environment = _environment(tmp_path)
    _probed(engine, NOW)
    _pulled(engine, 55)
    _said(engine, environment, say("confirmed", 20, 10), say("good", 31, 30))
    found = _state(engine, environment)
    assert (found.state, found.since) == ("ok", minute(30))


def test_the_gravest_finding_is_named(engine: Engine, tmp_path: Path) -> None:
    environment = _environment(tmp_path)
    _probed(engine, NOW)
    _pulled(engine, 55)
    _said(
        engine,
        environment,
        say("suspected", NOW, 1, kind="down", severity="critical"),
        say("confirmed", NOW, 2, kind="certificate"),
        say("confirmed", NOW, 3, kind="silent", severity="critical", sentence="It is silent"),
        say("confirmed", NOW, 4, kind="slow", severity="critical"),
    )
    found = _state(engine, environment)
    assert (found.state, found.kind, found.since) == ("failing", "slow", minute(4))
    assert len(found.findings) == 4


@pytest.mark.parametrize(("said", "state"), [([], "maintenance"), ([BAD], "failing")])
def test_in_a_window_a_failing_system_is_still_called_so(
    engine: Engine, tmp_path: Path, said: list[Verdict], state: str
) -> None:
    environment = _environment(tmp_path, maintenance=[{"schedule": "30 9 * * *", "lasts": "2h"}])
    _probed(engine, NOW)
    _pulled(engine, 55)
    _said(engine, environment, *said)
    found = _state(engine, environment)
    assert (found.state, found.maintenance_until) == (state, minute(150))


def test_what_nothing_looks_at_is_not_healthy(engine: Engine, environment: Environment) -> None:
    assert _state(engine, environment).state == "not_looked_at"
