"""SQLite: files, and locks."""

import sqlite3
from pathlib import Path

import pytest

from connectors.errors import RetryLater, WillNeverWork, WrongAnswer
from connectors.protocol import Window
from tests.connectors.sql.conftest import connector, read


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "land register.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE requests (id INTEGER PRIMARY KEY, at TEXT, n INTEGER)")
        rows = [(i, f"2026-05-04 10:{i:02d}:00", i) for i in range(20)]
        database.executemany("INSERT INTO requests VALUES (?, ?, ?)", rows)
    database.close()
    return path


def test_a_path_starts_at_the_environment(file: Path) -> None:
    source = connector(f"sqlite:///{file.name}", "at", file.parent, table="requests", page_size=3)
    found = read(source, Window(since="2026-05-04 10:05:00", until="2026-05-04 10:09:00"))
    assert [record["id"] for record in found] == [5, 6, 7, 8]


@pytest.mark.usefixtures("file")
def test_a_source_without_cursor_is_read_by_its_key(file: Path) -> None:
    source = connector(f"sqlite:///{file}", table="requests", page_size=3)
    assert [record["id"] for record in read(source)] == list(range(20))
    with pytest.raises(WillNeverWork, match="no cursor field"):
        read(source, Window(since="2026"))


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(RetryLater, match="unable to open"):
        read(connector("sqlite:///none.db", folder=tmp_path, table="requests"))
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_database_says_so(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"no database, but some text" * 50)
    with pytest.raises(WrongAnswer, match="not a database"):
        read(connector("sqlite:///x.db", folder=tmp_path, table="requests"))


def test_a_missing_table_needs_a_person(file: Path) -> None:
    with pytest.raises(WillNeverWork, match="no such table: missing"):
        read(connector(f"sqlite:///{file}", table="missing"))


def test_a_lock_may_pass(file: Path) -> None:
    with sqlite3.connect(file) as database:
        database.execute("BEGIN EXCLUSIVE")
        source = connector(f"sqlite:///{file}", table="requests", connection={"connect_within": 1})
        with pytest.raises(RetryLater, match="locked"):
            read(source)
    database.close()


@pytest.mark.parametrize(
    ("url", "found"), [("magic://x@host/db", "no driver"), ("oracle://x@host/db", "no driver")]
)
def test_a_missing_driver_is_named(url: str, found: str) -> None:
    with pytest.raises(WillNeverWork, match=found):
        connector(url, table="requests").open()


def test_text_that_is_not_utf8_says_so(file: Path) -> None:
    with sqlite3.connect(file) as database:
        database.execute("UPDATE requests SET at = CAST(x'e1eeeb' AS TEXT) WHERE id = 1")
    database.close()
    with pytest.raises(WrongAnswer, match="Could not decode to UTF-8"):
        read(connector(f"sqlite:///{file}", table="requests"))
