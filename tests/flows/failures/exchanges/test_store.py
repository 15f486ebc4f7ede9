"""Rows, pairs and counts are the same in whatever order, and however often, records come."""

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from flows.failures.exchanges.batch import Batch, Bounds
from flows.failures.exchanges.records import RecordReader
from flows.failures.exchanges.store import store
from models.database import Database
from tests.flows.failures.exchanges.made import MOMENT, Record, client, pair, producer

COUNTS = {
    "exchange_slices": "c.at, s.side, s.service, c.bucket, c.requests, c.failed, c.silent,"
    " c.paired, c.paired_failed, c.paired_silent, c.repeated, c.took, c.size",
    "exchange_hours": "c.at, s.side, s.service, c.bucket, c.requests, c.failed, c.paired",
    "exchange_days": "c.at, s.side, s.service, c.requests, c.failed, c.paired, c.repeated",
}


def put(engine: Engine, records: Sequence[Record], source: str = "server") -> int:
    batch = Batch()
    bounds = Bounds.of(MOMENT, timedelta(days=30))
    RecordReader(bounds, ["Client."]).add(records, batch)
    with engine.begin() as connection:
        return store(connection, source, batch, MOMENT).fresh


def all_counts(engine: Engine) -> dict[str, Any]:
    """Every count that is not zero: what was added and taken away again is nothing."""
    found: dict[str, Any] = {}
    with engine.connect() as connection:
        for table, columns in COUNTS.items():
            rows = connection.execute(
                text(
                    f"SELECT {columns} FROM {table} c JOIN exchange_series s ON s.id = c.series"
                    " ORDER BY 1, 2, 3, 4"
                )
            )
            found[table] = [tuple(row) for row in rows]
        found["networks"] = [
            tuple(row)
            for row in connection.execute(
                text(
                    "SELECT at, pairs, there, served, back, out_of_step, ahead"
                    " FROM exchange_networks WHERE pairs <> 0 ORDER BY at"
                )
            )
        ]
        found["faults"] = connection.execute(
            text("SELECT at, code, sum(faults) FROM exchange_faults GROUP BY 1, 2 ORDER BY 1, 2")
        ).all()
        found["rows"] = connection.execute(text("SELECT count(*) FROM exchanges")).scalar()
    return found


def empty(engine: Engine) -> None:
    with engine.begin() as connection:
        names = ("slices", "hours", "days", "networks", "faults", "series")
        tables = ", ".join(f"exchange_{name}" for name in names)
        connection.execute(text(f"TRUNCATE exchanges, {tables}"))


@st.composite
def exchanges(draw: st.DrawFn) -> list[Record]:
    """A handful of records: pairs, orphans, ids used again, over midnight."""
    records: list[Record] = []
    for number in range(draw(st.integers(1, 6))):
        at = MOMENT - timedelta(minutes=draw(st.sampled_from([1, 2, 7, 359, 361, 500, 1500])))
        sides = draw(st.sampled_from(["both", "both", "client", "producer"]))
        changed: dict[str, Any] = {"succeeded": draw(st.booleans())}
        if draw(st.booleans()):
            changed["messageId"] = draw(st.sampled_from(["once", "again"]))
        if draw(st.booleans()):
            changed["xRequestId"] = None
        took = draw(st.sampled_from([0, 90, 4000]))
        if sides != "producer":
            records.append(client(number, at, took, **changed))
        if sides != "client":
            records.append(producer(number, at, took, **changed))
    return records


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    made = database.engine()
    yield made
    made.dispose()


@settings(
    max_examples=20,
    deadline=None,
)
@given(records=exchanges(), seed=st.integers(0, 10_000))
def test_any_order_and_repetition(engine: Engine, records: list[Record], seed: int) -> None:
    empty(engine)
    put(engine, records)
    at_once = all_counts(engine)
    dice = random.Random(seed)
    parts = records + dice.sample(records, len(records) // 2)
    dice.shuffle(parts)
    empty(engine)
    while parts:
        size = dice.randint(1, len(parts))
        put(engine, parts[:size])
        parts = parts[size:]
    put(engine, records)
    assert _without_nothing(all_counts(engine)) == _without_nothing(at_once)


def _without_nothing(found: dict[str, Any]) -> dict[str, Any]:
    """Rows of which nothing is left are as good as no rows."""
    return {
        name: [row for row in rows if any(isinstance(v, int) and v for v in row[3:])]
        if name in COUNTS
        else rows
        for name, rows in found.items()
    }


def test_pairs_and_orphans(engine: Engine) -> None:
    at = MOMENT - timedelta(minutes=5)
    records = [*pair(1, at), *pair(2, at), client(3, at), producer(4, at)]
    assert put(engine, records) == 6
    found = all_counts(engine)["networks"]
    assert [row[1] for row in found] == [2]
    assert found[0][2:5] == (2 * (20 - 10), 2 * 48, 2 * (90 - 80))  # there, served, back
    orphans = "SELECT sum(requests - paired) FROM exchange_slices"
    with engine.connect() as connection:
        assert connection.execute(text(orphans)).scalar() == 2
    assert put(engine, [producer(3, at)]) == 1  # the other side comes late, and completes it
    with engine.connect() as connection:
        assert connection.execute(text(orphans)).scalar() == 1


def test_an_id_used_again_without_a_request_id_pairs_with_nothing(engine: Engine) -> None:
    at = MOMENT - timedelta(minutes=5)
    put(engine, pair("a", at, xRequestId=None))
    assert [row[1] for row in all_counts(engine)["networks"]] == [1]
    put(engine, [client("a", at + timedelta(minutes=1), xRequestId=None)])
    assert all_counts(engine)["networks"] == []
    with engine.connect() as connection:
        repeated = connection.execute(text("SELECT sum(repeated) FROM exchange_days")).scalar()
    assert repeated == 2


def test_fault_codes_are_bounded(engine: Engine) -> None:
    at = MOMENT - timedelta(minutes=5)
    failed = [
        client(n, at, succeeded=False, faultCode=f"Server.{n:03}", statusCode=None)
        for n in range(50)
    ]
    put(engine, failed[:25])
    put(engine, failed[25:])
    faults = dict(row[1:] for row in all_counts(engine)["faults"])
    assert len(faults) == 21
    assert sum(faults.values()) == 50
    assert faults["other"] == 30


def test_nothing_of_a_transaction_that_failed(engine: Engine) -> None:
    batch = Batch()
    records = pair(1, MOMENT - timedelta(minutes=5))
    RecordReader(Bounds.of(MOMENT, timedelta(days=30)), []).add(records, batch)
    with engine.connect() as connection:
        store(connection, "server", batch, MOMENT)  # and the process is gone before it commits
    assert all_counts(engine)["rows"] == 0
    assert put(engine, records) == 2
