"""What the demo shows of forecasts: learned, scored, warned of, and one case explained."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from console.demo.forecast import show, tell
from flows.delays.tick import check
from models.database import Database
from tests.flows.delays.forecast.past import Past


def test_what_is_ahead_is_shown(
    synced: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = synced.engine()
    past = Past(engine, tmp_path)
    now = datetime.now(UTC)
    past.fill(1200, until=now)
    check(engine, past.environment, as_of=now, actor="test")
    shown = show(engine, past.environment, "flow:demo")
    tell(shown)
    engine.dispose()
    assert shown.model.state == "ready"
    assert shown.scored is not None
    assert shown.scored.scored == shown.ahead[0].open > 10
    assert shown.case is not None
    assert len(shown.case.nearest) == 5
    printed = capsys.readouterr().out
    assert "are expected to be late" in printed
    assert f"tereze delays forecast {shown.case.number}" in printed
    assert shown.as_json()["case"]["number"] == shown.case.number


def test_too_little_to_learn_from(
    synced: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = synced.engine()
    shown = show(engine, Past(engine, tmp_path).environment, "flow:demo")
    tell(shown)
    engine.dispose()
    assert (shown.ahead, shown.warnings, shown.case) == ([], [], None)
    assert "Too few cases" in capsys.readouterr().out
