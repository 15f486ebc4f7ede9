"""A gateway's log through the connector of its system, by a field map."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.failures.exchanges.batch import Batch, Bounds
from flows.failures.exchanges.gateway import GatewayReader
from flows.failures.exchanges.reading import read_one
from models.database import Database
from models.environment.exchanges import GatewayLog
from models.exchanges import FAILED, GOOD, SILENT
from tests.flows.failures.exchanges import made
from tests.flows.failures.exchanges.made import MOMENT

FIELDS = {
    "time": "at",
    "service": "service",
    "client": "from",
    "message": "id",
    "took": "ms",
    "outcome": "http",
    "code": "body.status",
}
LOG = {"request": {"path": "gateway.jsonl"}, "fields": FIELDS, "worked": ["200"]}
AT = "2026-05-20T10:30:00"


def line(**changed: Any) -> dict[str, Any]:
    record = {
        "at": AT,
        "service": "GetPerson",
        "from": "OFFICE",
        "id": "m-1",
        "ms": 120,
        "http": 200,
        "body": {"status": "SCSS001"},
    } | changed
    return {name: value for name, value in record.items() if value is not None}


def read(*records: Any, **options: Any) -> Batch:
    batch = Batch()
    log = GatewayLog.model_validate(LOG | options)
    bounds = Bounds.of(MOMENT, timedelta(days=30))
    GatewayReader(log, bounds, ["SCSS001"], "Asia/Almaty").add(records, batch)
    assert batch.read == len(records) == len(batch.rows) + len(batch.held)
    return batch


@pytest.mark.parametrize(
    ("changed", "outcome", "code"),
    [
        ({}, GOOD, r"\N"),
        ({"body": None}, GOOD, r"\N"),
        ({"body": {"status": "SCSE003"}}, SILENT, "SCSE003"),
        ({"http": 500, "body": None}, FAILED, "500"),
        ({"http": 500, "body": {"status": "SCSE001"}}, FAILED, "SCSE001"),
    ],
)
def test_outcomes(changed: dict[str, Any], outcome: int, code: str) -> None:
    fields = read(line(**changed)).rows[0].rstrip("\n").split("\t")
    assert (int(fields[7]), fields[10]) == (outcome, code)


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"at": None}, "X02"),
        ({"at": "yesterday"}, "X02"),
        ({"at": "2026-05-20T12:30:00"}, "X05"),
        ({"at": "2025-05-20T12:30:00"}, "X06"),
        ({"service": None}, "X02"),
        ({"ms": None}, "X02"),
        ({"ms": "fast"}, "X02"),
        ({"ms": -1}, "X04"),
        ({"ms": float("nan")}, "X02"),
        ({"http": None}, "X02"),
        ({"id": None}, "X02"),
    ],
)
def test_rules(changed: dict[str, Any], rule: str) -> None:
    assert dict(read(line(**changed)).broken) == {rule: 1}


@pytest.mark.parametrize("took_in", ["milliseconds", "seconds"])
def test_units(took_in: str) -> None:
    row = read(line(ms="1.5"), took_in=took_in).rows[0]
    assert row.split("\t")[5] == ("1500" if took_in == "seconds" else "2")


def test_without_a_message_id_a_line_is_known_by_what_it_says() -> None:
    fields = {name: path for name, path in FIELDS.items() if name != "message"}
    first, again, other = (read(each, fields=fields).rows for each in (line(), line(), line(ms=1)))
    assert first == again != other


json = st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats() | st.text(max_size=9)


@given(changed=st.dictionaries(st.sampled_from(sorted(line())), json, max_size=4))
def test_anything_is_read_or_held(changed: dict[str, Any]) -> None:
    for row in read({**line(), **changed}).rows:
        assert (row.count("\t"), row.count("\n")) == (11, 1)


def test_read_and_judged(database: Database, tmp_path: Path) -> None:
    lines = [
        line(at=f"2026-05-20T10:{m:02}:00", id=f"m-{m}", body={"status": "SCSE002"})
        for m in range(10, 60)
    ]
    source = {"system": "office", "log": LOG | {"cursor": {"field": "at"}}}
    environment = made.environment(
        tmp_path, {"sources": {"gateway": source}, "services": {"GetPerson": "land"}}
    )
    (tmp_path / "data").mkdir()
    path = tmp_path / "data" / "gateway.jsonl"
    path.write_bytes(b"\n".join(orjson.dumps(each) for each in lines))
    engine = database.engine()
    made.known(engine, environment)
    found = made.bad(made.looked(engine, environment, MOMENT))
    assert found.keys() == {"silent"}
    assert found["silent"].reason == "fault_in_success"
    assert "50 of 50" in found["silent"].sentence
    again = read_one(engine, environment, "gateway", MOMENT)
    assert (again.read, again.fresh, again.problem) == (1, 0, None)
