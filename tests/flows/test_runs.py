"""The record of runs: ended, failed, killed, and while the database is away."""

import asyncio
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError

from flows import runs, spool
from flows.hold import held
from flows.runs import Run, recorded
from flows.shell import Told, told
from models.database import Database
from models.errors import CouldNotRun
from tests.environments import files, write
from tests.waiting import until

NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/x"


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    made = database.engine()
    yield made
    made.dispose()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TEREZE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def _run(job: str = "delays", subject: str = "") -> Run:
    return Run("test", job, subject, "flow:delays")


def _rows(engine: Engine) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        found = connection.execute(
            text("SELECT job, subject, state, sentence FROM job_runs ORDER BY started_at, id")
        )
        return [tuple(row) for row in found]


def test_a_run_is_there_while_it_goes_on_and_when_it_ended(engine: Engine) -> None:
    run = _run("ingest", "office.applications")
    with recorded(engine, run):
        assert _rows(engine) == [("ingest", "office.applications", "running", None)]
        run.says("completed", "Read 4 from postgresql://me:pass@host")
    assert _rows(engine) == [
        ("ingest", "office.applications", "completed", "Read 4 from postgresql://me:********@host")
    ]
    with engine.connect() as connection:
        took = connection.execute(text("SELECT ended_at - started_at FROM job_runs")).scalar_one()
    assert timedelta(0) < took < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (CouldNotRun("Reading", "it is not there", "Look"), "Reading: it is not there. Look"),
        (ZeroDivisionError(), runs.FAULT),
        (KeyboardInterrupt(), runs.FAULT),
    ],
)
def test_a_run_that_raises_has_failed(engine: Engine, error: BaseException, sentence: str) -> None:
    run = _run()

    def work() -> None:
        with recorded(engine, run):
            run.says("completed", "Said too early")
            raise error

    with pytest.raises(type(error)):
        work()
    assert _rows(engine) == [("delays", "", "failed", sentence)]


def test_a_run_that_says_nothing_has_failed(engine: Engine) -> None:
    with recorded(engine, _run()):
        pass
    assert _rows(engine) == [("delays", "", "failed", runs.FAULT)]


KILLED = """
import os, sys
from datetime import UTC, datetime, timedelta
from sqlalchemy import create_engine
from flows.runs import Run, recorded

run = Run("test", "delays", "", "flow:delays")
run.started_at = datetime.now(UTC) - timedelta(minutes=5)
with recorded(create_engine(sys.argv[1]), run):
    os.kill(os.getpid(), 9)
"""


def test_a_killed_run_is_lost_and_one_that_goes_on_is_not(
    engine: Engine, database: Database
) -> None:
    url = database.scoped_url.render_as_string(hide_password=False)
    done = subprocess.run([sys.executable, "-c", KILLED, url], timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL
    assert _rows(engine) == [("delays", "", "running", None)]
    going_on = _run("ingest")
    going_on.started_at -= timedelta(minutes=4)
    with recorded(engine, going_on):
        with engine.begin() as connection:
            assert runs.close_lost(connection) == 0, "closed by the run that began"
        assert _rows(engine) == [
            ("delays", "", "lost", runs.LOST),
            ("ingest", "", "running", None),
        ]


def test_runs_while_the_database_is_away_are_brought_in(engine: Engine, home: Path) -> None:
    run = _run()
    with pytest.raises(OperationalError), recorded(create_engine(NOWHERE), run):
        raise AssertionError("it must not begin")
    run.says("failed", "The database is away")
    run.keep()
    (home / "runs.test.jsonl").open("a").write('{"job": "torn')
    with recorded(engine, _run("alerts")):
        pass
    assert _rows(engine)[0] == ("delays", "", "failed", "The database is away")
    assert (home / "runs.test.jsonl").read_text() == ""


def test_a_run_whose_end_could_not_be_written_is_corrected(engine: Engine) -> None:
    run = _run()
    with recorded(engine, run):
        run.says("completed", "All is well")
    with engine.begin() as connection:
        connection.execute(text("UPDATE job_runs SET state = 'lost'"))
    run.keep()
    run.keep()
    assert runs.bring_in(engine, "test") == 2
    assert runs.bring_in(engine, "test") == 0
    assert _rows(engine) == [("delays", "", "completed", "All is well")]


def test_what_could_not_be_brought_in_is_kept(engine: Engine) -> None:
    _run().keep()
    with pytest.raises(OperationalError):
        runs.bring_in(create_engine(NOWHERE), "test")
    assert runs.bring_in(engine, "test") == 1


def test_the_file_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "MOST", 3)
    for _ in range(5):
        _run().keep()
    with spool.kept("test") as rows:
        assert len(rows) == 3
    with spool.kept("elsewhere") as rows:
        assert rows == []


def test_a_hold_is_of_one_and_ends_with_its_connection(engine: Engine) -> None:
    with held(engine, 1, "a") as ours, held(engine, 1, "a") as second, held(engine, 1, "b") as b:
        assert (ours, second, b) == (True, False, True)
    taken: list[bool] = []
    with held(engine, 1, "a") as ours:
        assert ours
        other = threading.Thread(target=lambda: taken.append(_try(engine)))
        other.start()
        other.join(20)
        with engine.begin() as connection:  # as if the machine had lost the connection
            connection.execute(
                text("""
                    SELECT pg_terminate_backend(pid) FROM pg_locks
                    WHERE locktype = 'advisory' AND granted AND pid <> pg_backend_pid()
                """)
            )
        until(lambda: _try(engine))  # the server takes a moment to let go
    assert taken == [False]


def _try(engine: Engine) -> bool:
    with held(engine, 1, "a") as ours:
        return ours


def test_a_flow_is_recorded_and_without_a_database_kept(
    tmp_path: Path, database: Database, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = str(write(tmp_path / "environment", files()))

    def work(_engine: Engine, _environment: object) -> Told:
        return Told("Nothing was done", "CANCELLED")

    monkeypatch.setenv("TEREZE_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/x")
    state = asyncio.run(told(folder, "flow:ingest", work, subject="office.applications"))
    assert state.type.value == "FAILED"
    monkeypatch.setenv("TEREZE_DATABASE_URL", database.url.render_as_string(hide_password=False))
    asyncio.run(told(folder, "flow:ingest", work, subject="office.applications"))
    first, second = _rows(engine)
    assert first[:3] == ("ingest", "office.applications", "failed")
    assert "refused" in first[3]
    assert second == ("ingest", "office.applications", "cancelled", "Nothing was done")
