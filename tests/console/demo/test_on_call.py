"""The act of the demo in which an alert is escalated, acknowledged, silenced and resolved."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from sqlalchemy import Engine, text

from console.demo import on_call
from flows.alerts.fire import Firing, fire
from flows.environment import ENVIRONMENTS
from models.database import Database
from models.environment.alerts import AlertSeverity
from models.environment.loader import Environment
from models.errors import CouldNotRun
from tests.environments import environment as written

DEMO = ENVIRONMENTS / "demo"


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    engine = database.engine()
    yield engine
    engine.dispose()


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Environment:
    """The demo's own people and receivers, without its bodies and its terminal."""
    monkeypatch.setenv("TEREZE_HOME", str(tmp_path / "home"))
    for name in ("alerts.yaml", "on_call.yaml"):
        content = YAML().load((DEMO / name).read_text())
        if name == "alerts.yaml":
            content["receivers"]["terminal"] = {"file": "terminal.jsonl"}
        with (tmp_path / name).open("w") as stream:
            YAML().dump(content, stream)
    return written(tmp_path)


def begin(engine: Engine, name: str, **labels: str) -> None:
    at = datetime.now(UTC) - timedelta(hours=1)
    with engine.begin() as connection:
        severity: AlertSeverity = "warning" if name == "RowsQuarantined" else "critical"
        fire(connection, Firing(name, severity, labels, labels, at, f"{name} says no"), "test")


def test_escalated_taken_silenced_resolved(
    engine: Engine, environment: Environment, capsys: pytest.CaptureFixture[str]
) -> None:
    begin(engine, "ApplicationOverdue", organisation="justice", number="A-1", system="front")
    begin(engine, "RowsQuarantined", source="tax")
    begin(engine, "PullFailed", source="land")
    night = on_call.show(engine, environment)
    assert night.person in ("aigerim", "bolat")
    assert night.escalations == 2
    assert night.escalated.endswith("(escalation)")
    assert (night.acknowledged, night.silenced) == (1, 1)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT name, state FROM alerts ORDER BY name"))
        states: dict[str, str] = {row.name: row.state for row in rows}
    assert sorted(states.values()) == ["acknowledged", "resolved", "silenced"]
    assert states["RowsQuarantined"] == "silenced"
    assert night.ended.startswith("[ended]")
    on_call.tell(night)
    shown = capsys.readouterr().out
    assert f"tereze alerts unsilence {night.silence}" in shown
    assert night.person in shown


def test_the_demo_may_be_started_again_at_once(
    engine: Engine, environment: Environment, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in ("A-1", "A-2"):
        labels = {"organisation": number, "number": number, "system": "front"}
        begin(engine, "ApplicationOverdue", **labels)
    for source in ("land", "tax"):
        begin(engine, "PullFailed", source=source)
    first = on_call.show(engine, environment)
    second = on_call.show(engine, environment)
    assert (first.acknowledged, second.acknowledged) == (1, 1)
    assert first.alert != second.alert
    on_call.tell(second)
    assert "no group that had not been before" in capsys.readouterr().out


def test_with_nothing_to_show_it_says_so(engine: Engine, environment: Environment) -> None:
    with pytest.raises(CouldNotRun, match="no alert that people were told of goes on"):
        on_call.show(engine, environment)
