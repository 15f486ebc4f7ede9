"""The Prefect shell runs one round for the environment in a folder."""

import asyncio
import json
from pathlib import Path

import pytest
from sqlalchemy import Engine

from flows.alerts.fire import Firing, fire
from flows.alerts.flow import alerts
from models.database import Database
from tests.flows.alerts.conftest import NOW

FILES = {
    "environment.yaml": """
        environment: test
        title: Test
        timezone: Asia/Almaty
        languages: [en]
        calendar: office
        """,
    "calendars.yaml": """
        calendars:
          office:
            hours: {opens: "09:00", closes: "18:00"}
        """,
    "alerts.yaml": """
        receivers: {log: {file: notices.jsonl}}
        routes: [{receivers: [log]}]
        """,
}


def test_a_round_for_the_environment(
    database: Database, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEREZE_DATABASE_URL", database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("TEREZE_HOME", str(tmp_path / "home"))
    for name, content in FILES.items():
        (tmp_path / name).write_text("\n".join(line[8:] for line in content.splitlines()))
    labels = {"source": "land"}
    with engine.begin() as connection:
        fire(connection, Firing("PullFailed", "critical", labels, labels, NOW, "No"), "test")
    first = asyncio.run(alerts.fn(str(tmp_path)))
    assert (first.type.value, first.message) == (
        "COMPLETED",
        "Groups with news 1, notices sent 1",
    )
    [line] = (tmp_path / "home" / "notices.jsonl").read_text().splitlines()
    assert json.loads(line)["title"] == "[critical] source land: PullFailed"
    second = asyncio.run(alerts.fn(str(tmp_path)))
    assert (second.type.value, second.message) == ("COMPLETED", "Nothing new to tell")


def test_the_flow_says_what_it_does_in_prefect() -> None:
    assert alerts.name == "alerts"
    assert (alerts.description or "").startswith("Deliver notices")
    assert list(alerts.parameters.properties) == ["environment"]
