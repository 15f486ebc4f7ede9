"""What the demo shows of composite services: a lost answer, and the birth registered once."""

from pathlib import Path

import pytest

from console.demo.acting import NAME as ACTING
from console.demo.sandbox import Sandbox
from console.demo.together import show, tell
from models.database import Database
from tests.flows.composite_services.demo_bodies import house, running, synced


def test_a_lost_answer_and_nothing_twice(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = database.engine()
    with running(tmp_path / "bodies") as bodies:
        environment = house(tmp_path / "house")
        synced(engine, environment)
        sandbox = Sandbox({ACTING: bodies.control}, {}, (), first=True)
        shown = show(engine, environment, sandbox, "flow:demo")
    engine.dispose()
    assert (shown.outcome, shown.registered) == ("done", 1)
    assert any("уточняется" in sentence for sentence in shown.story), shown.story
    tell(shown)
    assert shown.number in capsys.readouterr().out
    assert shown.as_json()["registered"] == 1
