"""Judging a batch with Great Expectations, over a real table."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, text

from expectations.judge import Outcome, broken_sql, counts, create_judged_view, judge
from expectations.rules import RowRule
from expectations.suite import suite_of
from models.database import Database
from models.environment.sources import Source
from models.errors import CouldNotRun

EVEN = RowRule("X01", "error", "Numbers are even", "s.number % 2 = 1", "s.number::text")
SMALL = RowRule("X02", "warning", "Numbers are small", "s.number > 3")
NAMED = RowRule(
    "X03", "error", "Names fit", "s.name !~ CAST(:pattern AS text)", "'100%: ' || s.name"
)
RULES = (EVEN, SMALL, NAMED)
VALUES = {"pattern": "^[a-z%':]+$"}


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    engine = database.engine()
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE batch (row_no bigint, number bigint, name text)"))
        connection.execute(
            text("INSERT INTO batch VALUES (0, 2, 'a%'), (1, 3, NULL), (2, 4, 'B'), (3, NULL, 'c')")
        )
    yield engine
    engine.dispose()


def source(**expect: Any) -> Source:
    return Source.model_validate(
        {"source": "a.b", "system": "a", "connector": "file", "dataset": "applications",
         "fields": {}, "expect": expect}
    )  # fmt: skip


def outcomes(
    engine: Engine, rules: tuple[RowRule, ...], bounds: dict[str, Any] | None = None, **expect: Any
) -> dict[str, Outcome]:
    with engine.begin() as connection:
        create_judged_view(connection, "judged", "batch", rules, VALUES)
    found = judge(engine.url, "judged", suite_of(source(**expect), rules, **(bounds or {})))
    return {outcome.code: outcome for outcome in found}


def test_each_rule_is_kept_or_broken(engine: Engine) -> None:
    found = outcomes(engine, RULES)
    assert {code: outcome.kept for code, outcome in found.items()} == {
        "X01": False, "X02": False, "X03": False, "B01": True, "B04": True}  # fmt: skip
    assert (found["X02"].severity, found["X02"].text) == ("warning", "Numbers are small")
    assert found["B01"].severity == "critical"


def test_the_share_that_may_break_rules(engine: Engine) -> None:
    assert outcomes(engine, RULES, quarantined_share=0.49)["B04"].kept is False


def test_how_many_rows_there_may_be(engine: Engine) -> None:
    assert outcomes(engine, RULES, rows={"min": 5})["B01"].kept is False


def test_an_empty_batch_is_not_good(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("TRUNCATE batch"))
    assert outcomes(engine, RULES)["B01"].kept is False


def test_nothing_is_as_fresh_as_an_empty_batch_is_not(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("TRUNCATE batch"))
    bounds = {"fresh_column": "number", "fresh_since": 0}
    assert outcomes(engine, RULES, bounds, rows={"min": 0})["B02"].kept is False


def test_which_rows_and_how_many(engine: Engine) -> None:
    with engine.connect() as connection:
        create_judged_view(connection, "judged", "batch", RULES, VALUES)
        rows = connection.execute(text("SELECT * FROM judged_broken ORDER BY 1")).all()
        assert rows == [
            (1, ["X01"], ["Numbers are even: 3"], []),
            (2, ["X03"], ["Names fit: 100%: B"], ["X02"]),
        ]
        assert counts(connection, "judged") == {"X01": 1, "X02": 1, "X03": 1}
        assert connection.execute(text(broken_sql("batch", ()))).all() == []


def test_a_rule_that_cannot_be_evaluated_calls_nothing_good(engine: Engine) -> None:
    wrong = RowRule("X09", "error", "Divides by nothing", "1 / (s.number - s.number) = 1")
    with pytest.raises(CouldNotRun, match="Judging the rule X09"):
        outcomes(engine, (wrong,))


def test_an_empty_suite_calls_nothing_good(engine: Engine) -> None:
    import great_expectations as gx

    with engine.begin() as connection:
        create_judged_view(connection, "judged", "batch", (), {})
    with pytest.raises(CouldNotRun, match="the suite is empty"):
        judge(engine.url, "judged", gx.ExpectationSuite(name="empty", expectations=[]))


def test_what_is_not_there_cannot_be_judged(engine: Engine) -> None:
    with pytest.raises(CouldNotRun, match="Judging"):
        judge(engine.url, "nowhere", suite_of(source(), RULES))


def test_no_session_stays_open(engine: Engine) -> None:
    others = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND state = 'idle'"
    )
    for _ in range(2):
        outcomes(engine, (EVEN,))
        with engine.begin() as connection:
            connection.execute(text("DROP VIEW judged"))
    with engine.connect() as connection:
        assert connection.execute(others).scalar_one() == 0
