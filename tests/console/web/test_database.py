"""Engines of the web application: what pages read with changes nothing and outlives the server."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, InternalError

from console.web import database
from console.web.database import LazyDatabase
from models.database import Database
from tests.flows.failures.waiting.outage import Outage


@pytest.fixture
def reader(outage: Outage, synced: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    monkeypatch.setenv("TEREZE_DATABASE_URL", synced.url.render_as_string(hide_password=False))
    engine = LazyDatabase(outage.environment).reader()
    yield engine
    engine.dispose()


def test_pages_change_nothing(reader: Engine) -> None:
    with reader.connect() as connection, pytest.raises(InternalError, match="read-only"):
        connection.execute(text("DELETE FROM console_sessions"))


def test_no_query_of_a_page_runs_for_ever(reader: Engine) -> None:
    for _ in range(2):  # for as long as the connection lives
        with reader.connect() as connection:
            assert connection.scalar(text("SHOW statement_timeout")) == "10s"


def test_each_statement_stands_by_itself(reader: Engine) -> None:
    with reader.connect() as connection:
        first, second = (connection.scalar(text("SELECT now()")) for _ in range(2))
    assert isinstance(first, datetime)
    assert first < second


def _kill(outage: Outage, pid: object) -> None:
    with outage.engine.begin() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})


def test_a_connection_lost_meanwhile_is_replaced(
    reader: Engine, outage: Outage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with reader.connect() as connection:
        pid = connection.scalar(text("SELECT pg_backend_pid()"))
    _kill(outage, pid)
    monkeypatch.setattr(database, "IDLE", 0.0)
    with reader.connect() as connection:
        assert connection.scalar(text("SELECT pg_backend_pid()")) != pid


def test_one_lost_this_second_fails_once_and_the_next_works(
    reader: Engine, outage: Outage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "IDLE", 600.0)  # however slow this machine is
    with reader.connect() as connection:
        pid = connection.scalar(text("SELECT pg_backend_pid()"))
    _kill(outage, pid)
    with reader.connect() as connection, pytest.raises(DBAPIError):
        connection.execute(text("SELECT 1"))
    with reader.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
