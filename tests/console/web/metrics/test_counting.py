"""Counting on from where the last scrape stopped, however long the history is."""

from pathlib import Path

import pytest
from sqlalchemy import text

from console.web.metrics.counting import Timeliness
from console.web.metrics.keeping import SHARE, Keeper
from models.database import Database

_CHANGES = """
    INSERT INTO timeliness_changes (system, number, was, became, reason, as_of)
    SELECT 'office', n::text, :was, :became, 'x', now() FROM generate_series(1, :count) n
"""


def test_a_long_history_is_counted_in_parts(database: Database) -> None:
    counted = Timeliness(most=300, patience=0.0)
    engine = database.engine()
    with engine.begin() as connection:
        connection.execute(text(_CHANGES), {"was": None, "became": "open", "count": 1000})
        connection.execute(text(_CHANGES), {"was": "open", "became": "late", "count": 400})
        rounds = 0
        while not counted.complete:
            counted.count_on(connection)
            rounds += 1
    engine.dispose()
    assert rounds == 6
    assert counted.counts() == {"open": 600, "late": 400}


def test_what_costs_much_is_asked_seldom() -> None:
    now = [0.0]
    asked = []

    def ask(took: float) -> list[int]:
        now[0] += took
        asked.append(now[0])
        return asked[-1:]  # type: ignore[return-value]

    keeper = Keeper(lambda: now[0])
    keeper.answer("slow", lambda: ask(0.5))
    for _ in range(10):
        now[0] += 10
        keeper.answer("slow", lambda: ask(0.5))
    assert asked == [0.5, 51.0, 101.5], "half a second of every fifty"
    assert keeper.ages()["slow"] <= SHARE * 0.5


def test_a_question_that_failed_is_not_kept() -> None:
    keeper = Keeper()

    def fail() -> list[int]:
        raise OSError(Path("x"))

    with pytest.raises(OSError, match="x"):
        keeper.answer("q", fail)
    assert keeper.answer("q", lambda: [1]) == [1]
