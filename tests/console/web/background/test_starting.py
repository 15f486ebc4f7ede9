"""Work in the background: one of a kind at a time, on record whatever becomes of it."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from console.web.background.starting import LOCK, MOST, Background, Last
from console.web.background.works import Work
from flows.hold import held
from models.database import Database
from models.environment.loader import Environment
from models.errors import CouldNotRun
from tests.environments import environment
from tests.waiting import until

VERIFY = Work("audit", "", "person:ana")


@pytest.fixture
def engine(synced: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    monkeypatch.setenv("TEREZE_DATABASE_URL", synced.url.render_as_string(hide_password=False))
    engine = synced.engine()
    yield engine
    engine.dispose()


@pytest.fixture
def declared(tmp_path: Path) -> Environment:
    return environment(tmp_path / "environment")


def last(engine: Engine, background: Background, work: Work) -> Last:
    with engine.connect() as connection:
        found = background.last(connection, work.job, work.subject)
    assert found is not None
    return found


def test_what_cannot_be_done_is_a_failure_with_its_reason(
    engine: Engine, declared: Environment
) -> None:
    before, background = threading.active_count(), Background()
    work = Work("release", "office.applications", "person:ana")
    assert background.start(engine, declared, work)
    assert last(engine, background, work).goes_on  # on record at once
    until(lambda: not last(engine, background, work).goes_on)
    found = last(engine, background, work)
    assert (found.state, found.actor) == ("failed", "person:ana")
    assert "nothing of that number or source is held" in (found.sentence or "")
    until(lambda: threading.active_count() <= before)
    assert last(engine, background, work).progress is None


def test_a_killed_one_is_a_failure(engine: Engine, declared: Environment) -> None:
    background = Background()
    with engine.begin() as connection:  # it waits for us: nothing is read while this is locked
        connection.execute(text("LOCK TABLE audit_entries"))
        assert background.start(engine, declared, VERIFY)
        assert not background.start(engine, declared, VERIFY)  # it goes on already
        until(_children)
        for child in _children():
            os.kill(child, signal.SIGKILL)
        until(lambda: not last(engine, background, VERIFY).goes_on)
    assert last(engine, background, VERIFY).state == "failed"


def _children() -> list[int]:
    """The processes that do our work."""
    listed = subprocess.run(
        ["ps", "-o", "pid=,args=", "--ppid", str(os.getpid())],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    ours = [line for line in listed.splitlines() if "-m console.web.background" in line]
    return [int(line.split()[0]) for line in ours]


def test_stopped_with_the_console(engine: Engine, declared: Environment) -> None:
    background = Background()
    with engine.begin() as connection:
        connection.execute(text("LOCK TABLE audit_entries"))
        assert background.start(engine, declared, VERIFY)
        background.stop()
    found = last(engine, background, VERIFY)
    assert (found.state, _children()) == ("failed", [])
    assert "interrupted" in (found.sentence or "")


def test_elsewhere_it_goes_on_already(engine: Engine, declared: Environment) -> None:
    with held(engine, LOCK, f"{declared.name}/audit/") as ours:
        assert ours
        assert not Background().start(engine, declared, VERIFY)
    with engine.connect() as connection:
        assert Background().last(connection, "audit", "") is None


def test_so_many_at_most(engine: Engine, declared: Environment) -> None:
    background = Background()
    works = [Work("ingest", f"no.such{n}", "person:ana") for n in range(MOST)]
    with engine.begin() as connection:  # none of them ends before all are there
        connection.execute(text("LOCK TABLE alembic_version"))
        for work in works:
            assert background.start(engine, declared, work)
        with pytest.raises(CouldNotRun, match="going on"):
            background.start(engine, declared, VERIFY)
        background.stop()
    assert {last(engine, background, each).state for each in works} == {"failed"}


def test_what_libraries_print_does_not_disturb(declared: Environment) -> None:
    """Only its own lines are on its output, and no database is one of its own errors."""
    ran = subprocess.run(
        [sys.executable, "-m", "console.web.background", str(declared.folder), "person:ana",
         "audit", ""],
        env={**os.environ, "TEREZE_DATABASE_URL": "postgresql://127.0.0.1:1/none"},
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    (line,) = ran.stdout.splitlines()
    assert '"state": "failed"' in line
