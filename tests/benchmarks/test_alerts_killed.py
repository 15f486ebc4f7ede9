"""However a round of notices dies, every alert is delivered, and what comes twice says so."""

from pathlib import Path

from benchmarks.alerts_killed import AT_ONCE, BETWEEN, kill_often
from models.database import Database


def test_killed_often_nothing_is_lost_and_repeats_say_so(
    database: Database, tmp_path: Path
) -> None:
    outcome = kill_often(database, tmp_path, lives=6, pause=0.3)
    assert outcome.lives == sum(outcome.killed.values()) == 12
    assert outcome.alerts == 12 * AT_ONCE
    assert (outcome.lost, outcome.unmarked) == (0, 0)
    assert outcome.killed[BETWEEN] >= 6, "every other one before its first attempt"
    assert outcome.killed.get("alive", 0) < 6, "some of the others were killed on the way"
    assert "before deciding" not in outcome.killed
