"""Pulls that are killed, meet another, or lose their database: nothing is half-done."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from flows.ingest.pull import pull
from models.database import Database, upgrade
from models.errors import CouldNotRun
from tests.flows.ingest.office import ACTOR, GOOD_IIN, SOURCE, Office
from tests.flows.ingest.server import OwnServer

HOUSE = Path(__file__).resolve().parents[3]
PAGES, SIZE = 8, 50
PROGRAM = """
import os
import sys
import time
from pathlib import Path
from sqlalchemy import make_url
from flows.environment import open_environment
from flows.ingest.pull import pull
from models.database import Database
import great_expectations.expectations  # once: every pull is a fork of this process
open_environment(Path(sys.argv[2]))
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        engine = Database(make_url(sys.argv[1]), "test").engine()
        environment = open_environment(Path(sys.argv[2]))
        while pull(engine, environment, sys.argv[3], actor="flow:killed").state == "busy":
            time.sleep(0.02)  # the server has not yet noticed that the last one was killed
        os._exit(0)
    print(child, flush=True)
    os.waitpid(child, 0)
"""


class Slowly:
    """A body that answers pages, and says when each is asked for; `gate` holds the answers."""

    def __init__(self) -> None:
        self.asked = threading.Semaphore(0)
        self.gate = threading.Event()
        self.gate.set()
        body = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body.asked.release()
                body.gate.wait(120)
                number = int(self.path.partition("page=")[2].partition("&")[0])
                content = json.dumps({"items": rows(number), "total": PAGES * SIZE}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"


def rows(page: int) -> list[dict[str, Any]]:
    """The applications of a page; one in fifty is of an unknown service."""
    numbers = range((page - 1) * SIZE, page * SIZE) if page <= PAGES else ()
    return [
        {"number": f"A{n:04}", "service": "00100101" if n % SIZE else "99999999",
         "channel": "portal", "received_at": "2026-05-12T10:00:00", "iin": GOOD_IIN,
         "changed_at": f"2026-05-12T10:00:{n % 60:02}+05:00"}
        for n in numbers
    ]  # fmt: skip


@pytest.fixture
def slowly() -> Iterator[Slowly]:
    body = Slowly()
    thread = threading.Thread(target=body.server.serve_forever, args=(0.05,))
    thread.start()
    yield body
    body.gate.set()
    body.server.shutdown()
    body.server.server_close()
    thread.join()


def declare(office: Office, body: Slowly) -> Office:
    connection = {"url": body.url, "retry": {"attempts": 1}}
    request = {"path": "/a", "page": {"param": "page", "size": SIZE}, "items": "items",
               "total": "total"}  # fmt: skip
    office.changes["applications"] = office.changes["applications"] | {
        "connector": "rest", "request": request}  # fmt: skip
    office.changes["systems"] = {
        "systems": {"office": {"connector": "rest", "connection": connection | {"folder": None}}}
    }
    del office.changes["events"]
    office.declare()
    return office


@contextlib.contextmanager
def puller(office: Office) -> Iterator[Callable[[], int]]:
    """Begins a pull in a process of its own whenever it is called; answers the process's id."""
    url = office.engine.url.difference_update_query(["options"])
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, url.render_as_string(False), str(office.folder), SOURCE],
        cwd=HOUSE,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:

        def begin() -> int:
            assert process.stdout is not None
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
            return int(process.stdout.readline())

        yield begin


def assert_all_or_nothing(office: Office) -> None:
    stored = len(office.numbers())
    assert (stored, len(office.held())) in [(0, 0), (PAGES * (SIZE - 1), PAGES)]
    assert (office.cursor() is None) == (stored == 0)


def assert_everything_once(office: Office) -> None:
    assert len(office.numbers()) == PAGES * (SIZE - 1)
    assert list(office.held().values()) == [["A04"]] * PAGES
    assert office.leftovers() == 0
    assert set(office.actions()) >= {"source.pulled"}


# Killed while a page is asked for, and at moments after the last page: judging and storing.
MOMENTS = [(1, 0.0), (4, 0.0), (8, 0.0), (9, 0.05), (9, 0.15), (9, 0.3), (9, 0.5), (9, 0.8)]


def test_killed_at_any_moment_nothing_is_half_done(office: Office, slowly: Slowly) -> None:
    declare(office, slowly)
    with puller(office) as begin:
        for page, wait in MOMENTS:
            while slowly.asked.acquire(blocking=False):
                pass
            if page == 1:
                slowly.gate.clear()  # one is killed before it could be done, for certain
            process = begin()
            for _ in range(min(page, PAGES)):
                assert slowly.asked.acquire(timeout=120)
            time.sleep(wait)
            with contextlib.suppress(ProcessLookupError):  # it was quicker
                os.kill(process, signal.SIGKILL)
            slowly.gate.set()
            assert_all_or_nothing(office)
    deadline = time.monotonic() + 60
    while (report := office.pull()).state == "busy" and time.monotonic() < deadline:
        time.sleep(0.05)  # the server notices a killed client within moments
    assert report.state == "succeeded"
    assert_everything_once(office)
    ended = office.rows("SELECT state, reason FROM pulls WHERE holder LIKE 'flow:killed%'")
    assert len(ended) == len(MOMENTS)
    assert set(map(tuple, ended)) <= {("failed", "interrupted"), ("succeeded", "done")}
    assert ("failed", "interrupted") in set(map(tuple, ended))
    before = office.checksum()
    office.pull(since="2026-01-01T00:00:00+05:00")
    assert office.checksum() == before


def test_the_second_says_who_holds_it_and_ends(office: Office, slowly: Slowly) -> None:
    declare(office, slowly)
    slowly.gate.clear()
    first = threading.Thread(target=office.pull)
    first.start()
    assert slowly.asked.acquire(timeout=120)
    second = office.pull()
    assert (second.state, second.reason) == ("busy", "busy")
    assert f"{ACTOR} on " in second.sentence
    assert f"(process {os.getpid()})" in second.sentence
    slowly.gate.set()
    first.join()
    assert_everything_once(office)
    assert office.one("SELECT count(*) FROM pulls") == 1


@pytest.fixture
def own_server() -> Iterator[OwnServer]:
    """A server of the test's own, which may be killed."""
    server = OwnServer()
    yield server
    server.remove()


@pytest.mark.parametrize("moment", ["reading", "after"])
def test_the_database_away_in_the_middle(
    own_server: OwnServer, slowly: Slowly, tmp_path: Path, moment: str
) -> None:
    database = Database(own_server.url, "test")
    upgrade(database, "heads")
    engine = database.engine()
    office = declare(Office(tmp_path, engine), slowly)

    def told(done: int, _total: int | None) -> None:
        if done == (3 if moment == "reading" else PAGES) * SIZE:
            own_server.stop_at_once()

    with pytest.raises(CouldNotRun, match="the database went away") as raised:
        pull(engine, office.environment, SOURCE, actor=ACTOR, progress=told)
    assert "Nothing was half-stored" in str(raised.value)
    with pytest.raises(CouldNotRun, match="the database went away"):
        office.pull()
    own_server.start()
    assert_all_or_nothing(office)
    assert office.numbers() == []
    assert office.pull().state == "succeeded"
    assert_everything_once(office)
    assert [row.reason for row in office.rows("SELECT reason FROM pulls ORDER BY id")] == [
        "interrupted", "done"]  # fmt: skip
    engine.dispose()
