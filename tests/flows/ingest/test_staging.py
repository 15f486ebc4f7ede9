"""The staging table: what goes in comes out; repetitions, newer records, contradictions."""

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from flows.ingest.mapping import Mapped
from flows.ingest.staging import Staging
from models.datasets import APPLICATIONS, STANDARDS, Dataset


def filled(
    engine: Engine, rows: list[tuple[str | None, ...]], dataset: Dataset = APPLICATIONS
) -> Staging:
    """Staged rows of (number, service, changed_at), or of the first columns of a dataset."""
    names = ("number", "service", "changed_at") if dataset is APPLICATIONS else dataset.names
    columns = {name: [row[i] for row in rows] for i, name in enumerate(names[: len(rows[0])])}
    staging = Staging("a.b", dataset)
    with engine.begin() as connection:
        staging.create(connection)
        staging.copy(connection, Mapped(columns, {}), len(rows))
    return staging


def left(engine: Engine, staging: Staging) -> list[tuple[int, bool]]:
    with engine.connect() as connection:
        found = connection.execute(
            text(f"SELECT row_no, clash FROM {staging.table} ORDER BY row_no")
        )
        return [(row.row_no, row.clash) for row in found]


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
COLUMN = st.lists(st.none() | TEXTS | st.text("\\\t\n\rN.\"'\u2028\U0001f3db", max_size=6))


@settings(max_examples=60, deadline=None)
@given(COLUMN.filter(bool))
@example(["\\N", None, "\\.", "\\", "a\tb\r\nc", "", "\U0001f3db", "'\""])
@example(["\\.", "x"])
def test_what_goes_in_comes_out(engine: Engine, values: list[str | None]) -> None:
    staging = filled(engine, [(str(i), value) for i, value in enumerate(values)])
    with engine.connect() as connection:
        rows = connection.execute(text(f"SELECT service FROM {staging.table} ORDER BY row_no"))
        assert rows.scalars().all() == values


def test_row_numbers_and_problems_go_on_over_pages(engine: Engine) -> None:
    staging = filled(engine, [("1", "s")])
    with engine.begin() as connection:
        page = Mapped({"number": ["2", "3"]}, {1: ["one\tproblem", "another\n"]})
        staging.copy(connection, page, 2)
        rows = connection.execute(
            text(f"SELECT row_no, number, problems FROM {staging.table} ORDER BY 1")
        ).all()
    assert rows == [(0, "1", None), (1, "2", None), (2, "3", "one\tproblem; another\n")]


OLD, NEW = "2026-01-01T00:00:00+00:00", "2026-01-02T00:00:00+00:00"


@pytest.mark.parametrize(
    ("rows", "gone", "clashing"),
    [
        ([("1", "a", OLD), ("2", "a", OLD)], 0, []),
        ([("1", "a", OLD), ("1", "a", OLD), ("1", "a", OLD)], 2, []),
        ([("1", "a", NEW), ("1", "b", OLD)], 1, []),
        ([("1", "b", OLD), ("1", "a", NEW)], 1, []),
        ([("1", "a", OLD), ("1", "b", OLD)], 0, [0, 1]),
        ([("1", "a", OLD), ("1", "b", NEW), ("1", "c", NEW), ("1", "c", NEW)], 2, [1, 2]),
        ([("1", "a", None), ("1", "b", None)], 0, [0, 1]),
        ([("1", "a", None), ("1", "a", None)], 1, []),
        ([("1", "a", None), ("1", "b", OLD)], 1, []),
        ([(None, "a", OLD), (None, "a", OLD)], 0, []),
    ],
)
def test_repetitions_newer_ones_and_contradictions(
    engine: Engine, rows: list[tuple[str | None, ...]], gone: int, clashing: list[int]
) -> None:
    staging = filled(engine, rows)
    with engine.begin() as connection:
        assert staging.settle(connection) == gone
        assert staging.settle(connection) == 0
        assert staging.mark_clashes(connection) == len(clashing)
    found = left(engine, staging)
    assert len(found) == len(rows) - gone
    assert [number for number, clash in found if clash] == clashing


def test_the_newest_is_kept(engine: Engine) -> None:
    staging = filled(engine, [("1", "old", OLD), ("1", "new", NEW), ("1", "old", OLD)])
    with engine.begin() as connection:
        staging.settle(connection)
        assert connection.execute(text(f"SELECT service FROM {staging.table}")).scalars().all() == [
            "new"
        ]


def test_a_key_with_nulls_is_a_key(engine: Engine) -> None:
    def standard(sub_type: str | None, term: str) -> tuple[str | None, ...]:
        values: dict[str, Any] = {"service": "s", "sub_type": sub_type, "term": term}
        values |= {"unit": "working_days", "valid_from": "2026-01-01"}
        return tuple(values.get(name) for name in STANDARDS.names)

    rows = [standard(None, "1"), standard(None, "1"), standard("urgent", "1"), standard(None, "2")]
    staging = filled(engine, rows, STANDARDS)
    with engine.begin() as connection:
        assert staging.settle(connection) == 1
        assert staging.mark_clashes(connection) == 2


def test_what_an_interrupted_pull_left_goes(engine: Engine) -> None:
    filled(engine, [("1", "a", OLD)])
    staging = filled(engine, [("2", "a", OLD)])
    assert len(left(engine, staging)) == 1
    with engine.begin() as connection:
        staging.drop(connection)
        staging.drop(connection)
        names = connection.execute(
            text("SELECT count(*) FROM pg_tables WHERE tablename LIKE 'staging%'")
        ).scalar()
    assert names == 0
