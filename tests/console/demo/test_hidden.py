"""What the demo shows of hidden services: one goes all the way, and everything is counted."""

from pathlib import Path

from benchmarks import planted
from console.demo.hidden import CODE, show
from models.database import Database


def test_one_is_taken_to_the_register_each_time(database: Database, tmp_path: Path) -> None:
    engine = database.engine()
    environment = planted.environment(tmp_path)
    planted.plant(engine)
    planted.traffic(engine, environment, 3_000)
    shown = show(engine, environment, "flow:demo", tmp_path / "funnel.html")
    again = show(engine, environment, "flow:demo", tmp_path / "funnel.html")
    engine.dispose()
    assert shown.report.new > 100
    assert shown.entered is not None
    assert f'"{CODE}"' in shown.draft
    assert sum(step.entered for step in shown.steps) == 1
    assert again.entered is not None
    assert again.entered.id != shown.entered.id
    assert sum(step.entered for step in again.steps) == 2
    assert (tmp_path / "funnel.html").stat().st_size > 1_000_000, "plotly comes along"
