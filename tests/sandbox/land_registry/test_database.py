"""The land registry's table, as a reader with its own connection sees it."""

import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, create_engine, inspect, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from sandbox.processes import start
from tests.sandbox.check_digit import is_right
from tests.sandbox.reading import NOW, Reader
from tests.waiting import until

VOLUME = 600


class Body(Reader):
    def __init__(self, url: str, database_url: str, table: str) -> None:
        super().__init__(url)
        self.engine: Engine = create_engine(database_url)
        self.table = table

    def rows(self, more: str = "ORDER BY request_no") -> list[dict[str, Any]]:
        with self.engine.connect() as connection:
            found = connection.execute(text(f"SELECT * FROM {self.table} {more}"))
            return [dict(row) for row in found.mappings()]


@pytest.fixture(scope="module")
def running(postgres_url: str) -> Iterator[Body]:
    name = f"land_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    made = make_url(postgres_url).set(database=name, drivername="postgresql+psycopg")
    url = made.render_as_string(hide_password=False)
    with start("land_registry", database_url=url, volume=VOLUME, now=NOW, speed=0) as body:
        reader = Body(body.url, url, "land_registry.cadastre_requests")
        yield reader
        reader.clear()
        reader.engine.dispose()
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@pytest.fixture
def body(running: Body) -> Iterator[Body]:
    yield running
    running.clear()


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Body]:
    url = f"sqlite:///{tmp_path}/land.db"
    with start("land_registry", database_url=url, volume=VOLUME, now=NOW, speed=0) as started:
        reader = Body(started.url, url, "cadastre_requests")
        yield reader
        reader.engine.dispose()


def test_table_is_filled_and_indexed(body: Body) -> None:
    rows = body.rows()
    assert len(rows) == VOLUME
    assert all(is_right(row["filer_bin"]) for row in rows)
    assert {row["state"] for row in rows} == {"filed", "in_work", "issued", "refused"}
    assert all((row["closed_at"] is None) == (row["state"] in ("filed", "in_work")) for row in rows)
    assert all(row["modified_at"].isoformat() for row in rows)
    (index,) = inspect(body.engine).get_indexes("cadastre_requests", schema="land_registry")
    assert index["column_names"] == ["modified_at", "request_no"]


def test_sqlite_has_the_same_rows(body: Body, sqlite: Body) -> None:
    def told(one: Body) -> list[tuple[Any, ...]]:
        rows = one.rows()
        return [(row["request_no"], row["kind"], row["state"], row["filer_bin"]) for row in rows]

    assert told(sqlite) == told(body)


def test_truth_agrees(body: Body) -> None:
    facts = {row["number"]: row for row in body.lines("/truth/applications")}
    for row in body.rows():
        fact = facts.pop(row["request_no"])
        assert row["filed_at"].isoformat() == fact["received_at"]
        if row["closed_at"]:
            assert row["closed_at"].isoformat() == fact["completes_at"]
    assert facts == {}


def test_the_table_follows_the_clock(sqlite: Body) -> None:
    before = {row["request_no"]: row for row in sqlite.rows()}
    sqlite.post("/control/clock", {"ahead": 5 * 86_400})
    after = {row["request_no"]: row for row in sqlite.rows()}
    assert len(after) > VOLUME
    changed = [number for number, row in before.items() if after[number] != row]
    assert changed
    last = max(row["modified_at"] for row in before.values())
    assert all(after[number]["modified_at"] > last for number in changed)
    facts = {row["number"]: row for row in sqlite.lines("/truth/applications")}
    assert set(facts) == set(after)


@pytest.mark.parametrize("kind", ["bad_identifiers", "unknown_services", "closed_before_received"])
def test_rows_go_wrong_and_are_put_right(body: Body, kind: str) -> None:
    before = body.rows()
    body.fail(kind, count=4)
    after = {row["request_no"]: row for row in body.rows()}
    wrong = [row["request_no"] for row in before if after[row["request_no"]] != row]
    assert wrong == sorted(body.struck(kind)[-1]["records"])
    assert len(wrong) == 4
    for number in wrong:
        row = after[number]
        assert is_right(row["filer_bin"]) == (kind != "bad_identifiers")
        assert row["kind"].startswith("99999") == (kind == "unknown_services")
        early = row["closed_at"] is not None and row["closed_at"] < row["filed_at"]
        assert early == (kind == "closed_before_received")
    body.clear()
    right = [{**row, "modified_at": None} for row in body.rows()]
    assert right == [{**row, "modified_at": None} for row in before]


def test_hidden_table(body: Body) -> None:
    body.fail("500")
    with pytest.raises(ProgrammingError, match="does not exist"):
        body.rows()
    body.clear()
    assert len(body.rows()) == VOLUME


def test_fields(body: Body) -> None:
    body.fail("new_field")
    assert {row["priority"] for row in body.rows()} == {"ordinary"}
    body.clear()
    body.fail("vanished_field", field="state")
    assert "state" not in body.rows()[0]
    body.clear()
    before = body.rows()
    body.fail("changed_type", field="kind")
    assert {type(row["kind"]) for row in body.rows()} == {int}
    body.clear()
    body.fail("changed_type", field="filed_at")
    assert {type(row["filed_at"]) for row in body.rows()} == {str}
    body.clear()
    assert body.rows() == before


def test_time_out_locks_every_reader_out(body: Body) -> None:
    body.fail("time_out")
    with body.engine.connect() as connection:
        connection.execute(text("SET LOCAL lock_timeout = '100ms'"))
        with pytest.raises(OperationalError, match="lock timeout"):
            connection.execute(text(f"SELECT count(*) FROM {body.table}"))
    body.clear()
    assert len(body.rows()) == VOLUME


def test_cut_off_breaks_a_reader_in_the_middle(body: Body) -> None:
    failures: list[DBAPIError] = []

    def reading() -> bool:
        asked = "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(60)%'"
        with body.engine.connect() as connection:
            return bool(connection.execute(text(f"{asked} AND wait_event = 'PgSleep'")).all())

    def read() -> None:
        try:
            with body.engine.connect() as connection:
                connection.execute(text(f"SELECT pg_sleep(60), request_no FROM {body.table}"))
        except DBAPIError as error:
            failures.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    until(reading)
    body.fail("cut_off")
    reader.join(60)
    assert len(failures) == 1
    assert failures[0].connection_invalidated
    assert "1 connections broken" in body.struck("cut_off")[-1]["detail"]
    assert len(body.rows()) == VOLUME


def test_empty_and_back(body: Body) -> None:
    before = body.rows()
    body.fail("empty")
    assert body.rows() == []
    body.clear()
    assert len(body.rows()) == len(before)


def test_yesterday(body: Body) -> None:
    body.fail("yesterday")
    rows = body.rows()
    assert 0 < len(rows) < VOLUME
    assert max(row["modified_at"] for row in rows).isoformat() < "2026-05-19T12:00:01+05:00"


def test_moving_rows(body: Body) -> None:
    order = "ORDER BY modified_at, request_no"
    first = body.rows(order)[0]["request_no"]
    body.fail("moving_rows")
    assert body.rows(order)[-1]["request_no"] == first
    assert body.struck("moving_rows")[-1]["records"] == [first]


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ({"kind": "duplicate_numbers"}, "is not one of"),
        ({"kind": "vanished_field", "field": "colour"}, "colour"),
        ({"kind": "new_field", "field": "a; DROP TABLE b"}, "name of a column"),
    ],
)
def test_orders_not_understood(body: Body, order: dict[str, object], words: str) -> None:
    assert words in body.post("/control/faults", order, status=400)["error"]
    assert body.page("/control/faults")["active"] == []


def test_a_held_table_takes_no_other_fault(body: Body) -> None:
    body.fail("empty")
    refused = body.post("/control/faults", {"kind": "bad_identifiers"}, status=400)
    assert "withdraw it" in refused["error"]


def test_sqlite_says_what_needs_postgresql(sqlite: Body) -> None:
    refused = sqlite.post("/control/faults", {"kind": "time_out"}, status=400)
    assert "needs PostgreSQL" in refused["error"]


def test_a_database_that_goes_away_is_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "land.db"
    url = f"sqlite:///{file}"
    with start("land_registry", database_url=url, volume=VOLUME, now=NOW, speed=0) as started:
        reader = Body(started.url, url, "cadastre_requests")
        hidden = file.rename(tmp_path / "away.db")
        file.mkdir()  # nothing can be opened there now
        reader.post("/control/clock", {"ahead": 3 * 86_400})
        file.rmdir()
        hidden.rename(file)
        reader.post("/control/clock", {"ahead": 1})
        received = reader.page("/truth/summary")["received"]
        assert len(reader.rows()) == received > VOLUME
        reader.engine.dispose()
