"""The operational monitoring protocol over a real socket: pages, faults, and what is no answer."""

import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from flows.failures.exchanges.reading import Read, read_one
from models.database import Database
from models.environment.loader import Environment
from tests.flows.failures.exchanges import made
from tests.flows.failures.exchanges.made import MOMENT, Record, steady
from tests.flows.failures.exchanges.served import Server, x_road

RECORDS = steady(
    MOMENT - timedelta(minutes=22), MOMENT - timedelta(minutes=2), timedelta(seconds=1)
)


@pytest.fixture
def engine(database: Database) -> Engine:
    return database.engine()


def declared(folder: Path, server: Server, **options: Any) -> Environment:
    return made.environment(folder, {"sources": {"server": x_road(server.url, **options)}})


def read(engine: Engine, environment: Environment, server: Server, minutes: int = 0) -> Read:
    moment = MOMENT + timedelta(minutes=minutes)
    server.at(moment)
    return read_one(engine, environment, "server", moment)


def stored(engine: Engine) -> int:
    return int(made.counted(engine, "SELECT count(*) FROM exchanges"))


def test_pages_meet_within_a_second(engine: Engine, server: Server, tmp_path: Path) -> None:
    """Of 500 records a page, so every page ends in the middle of a second, which comes twice."""
    server.add([made.client("first", MOMENT - timedelta(minutes=23)), *RECORDS])
    found = read(engine, declared(tmp_path, server), server)
    assert found.problem is None
    assert found.fresh == stored(engine) == len(RECORDS) + 1
    assert found.read > len(RECORDS) + 1
    assert made.counted(engine, "SELECT sum(pairs) FROM exchange_networks") == len(RECORDS) // 2


def test_the_next_reading_goes_on(engine: Engine, server: Server, tmp_path: Path) -> None:
    environment = declared(tmp_path, server)
    server.add(RECORDS)
    read(engine, environment, server)
    again = read(engine, environment, server, minutes=1)
    assert (again.fresh, again.problem) == (0, None)
    assert again.read < 500


@pytest.mark.parametrize("kind", ["twice", "out_of_order"])
def test_twice_and_out_of_order_change_nothing(
    engine: Engine, server: Server, tmp_path: Path, kind: str
) -> None:
    server.add(RECORDS)
    server.fail(kind)
    found = read(engine, declared(tmp_path, server), server)
    assert (found.problem, stored(engine)) == (None, len(RECORDS))
    requests = made.counted(engine, "SELECT sum(requests) FROM exchange_days")
    assert requests == len(RECORDS)


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ({"kind": "fault"}, "Server.ServerProxy.OpMonitoring.InternalError"),
        ({"kind": "fault", "code": "Server.ServerProxy.AccessDenied"}, "monitoring client"),
        ({"kind": "500"}, "HTTP 500 without a SOAP answer"),
        ({"kind": "slow", "seconds": 600}, "no whole answer within 1 s"),
        ({"kind": "drip"}, "no whole answer within 1 s"),
        ({"kind": "wrong_attachment"}, "is not in it"),
        ({"kind": "no_gzip"}, "not JSON"),
        ({"kind": "bomb"}, "longer than the 1,000,000 bytes allowed"),
        ({"kind": "count"}, "501 records are announced and 500 came"),
        ({"kind": "doctype"}, "document type"),
        ({"kind": "stuck"}, "to go on from"),
        ({"kind": "cut_off"}, "was broken off"),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else "",
)
def test_what_goes_wrong_is_explained_and_nothing_is_lost(
    engine: Engine, server: Server, tmp_path: Path, order: dict[str, Any], words: str
) -> None:
    hangs = order["kind"] in ("slow", "drip")
    within = "1s" if hangs else "60s"
    environment = declared(tmp_path, server, answer_within=within, max_unpacked=1_000_000)
    server.add(RECORDS)
    server.fail(**order)
    before, started = psutil.Process().memory_info().rss, time.monotonic()
    found = read(engine, environment, server)
    assert found.problem is not None
    assert words in found.problem
    assert stored(engine) == 0
    assert time.monotonic() - started < 60, "it hangs for minutes"
    assert psutil.Process().memory_info().rss - before < 100 << 20
    server.clear()
    if hangs:
        environment = declared(tmp_path, server, max_unpacked=1_000_000)
    assert read(engine, environment, server, minutes=1).problem is None
    assert stored(engine) == len(RECORDS)


def test_pages_before_the_one_that_fails_are_kept(
    engine: Engine, server: Server, tmp_path: Path
) -> None:
    server.add(RECORDS)
    server.fail("fault", code="Server.later", after=2)
    found = read(engine, declared(tmp_path, server), server)
    assert found.problem is not None
    assert 0 < stored(engine) == found.fresh < len(RECORDS)
    assert read(engine, declared(tmp_path, server), server, minutes=1).problem is not None
    server.clear()
    read(engine, declared(tmp_path, server), server, minutes=2)
    assert stored(engine) == len(RECORDS)


def test_nobody_there(engine: Engine, tmp_path: Path, server: Server) -> None:
    source = x_road("http://127.0.0.1:9")
    environment = made.environment(tmp_path, {"sources": {"server": source}})
    found = read(engine, environment, server)
    assert found.problem is not None
    assert "Is the security server up" in found.problem


def test_a_server_whose_clock_is_behind(engine: Engine, server: Server, tmp_path: Path) -> None:
    environment = declared(tmp_path, server)
    server.add(RECORDS)
    read(engine, environment, server)
    server.at(MOMENT - timedelta(minutes=5))
    behind = read_one(engine, environment, "server", MOMENT + timedelta(seconds=30))
    assert behind.problem is None


def test_rows_and_cursor_commit_together(engine: Engine, server: Server, tmp_path: Path) -> None:
    """Where the cursor cannot move, the rows are not there either; nothing is lost by it."""
    environment = declared(tmp_path, server)
    server.add(RECORDS)
    with engine.begin() as connection:
        connection.execute(
            text("""
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql
            AS 'BEGIN RAISE EXCEPTION ''no''; END'
        """)
        )
        connection.execute(
            text("""
            CREATE TRIGGER refuse BEFORE UPDATE OF cursor ON exchange_sources
            FOR EACH ROW EXECUTE FUNCTION refuse()
        """)
        )
    with pytest.raises(DBAPIError):
        read(engine, environment, server)
    assert stored(engine) == 0
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER refuse ON exchange_sources"))
    read(engine, environment, server)
    assert stored(engine) == len(RECORDS)


def test_broken_records_are_held_and_the_rest_is_used(
    engine: Engine, server: Server, tmp_path: Path
) -> None:
    at = MOMENT - timedelta(minutes=30)
    broken: list[Record] = [
        made.client("a", at, messageId=None),
        made.client("b", at) | {"responseOutTs": 0},
        made.client("c", at) | {"requestInTs": 9_999_999_999_999},
        made.client("d", at, securityServerType="Neither"),
    ]
    server.add([*broken, *RECORDS])
    environment = declared(tmp_path, server)
    found = read(engine, environment, server)
    assert (found.fresh, found.quarantined, found.problem) == (len(RECORDS), 4, None)
    codes = "SELECT string_agg(code, ' ' ORDER BY code) FROM exchange_quarantine"
    assert made.counted(engine, codes) == "X02 X03 X04 X05"
