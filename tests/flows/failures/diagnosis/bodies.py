"""A body that speaks HTTP and can be told how to answer, with the environment that watches it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from flows.environment import open_environment
from flows.failures.diagnosis.diagnosis import Diagnosis, diagnose
from flows.failures.tick import tick
from flows.ingest.pull import pull
from flows.register.sync import sync
from models.environment.loader import Environment
from tests.environments import files, write

PERSON = "900101300017"
RECORDS = [
    {"number": "1", "service": "00100101", "channel": "portal",
     "received_at": "2026-05-04T10:00:00+05:00", "completed_at": None},
]  # fmt: skip


class Body(ThreadingHTTPServer):
    """Answers as `mode` says: good, fails, or hangs until the test is over."""

    daemon_threads = True

    def __init__(self) -> None:
        self.mode = "good"
        self.over = threading.Event()
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Body

    def do_GET(self) -> None:
        if self.server.mode == "hangs":
            self.server.over.wait()
        status = 500 if self.server.mode == "fails" else 200
        body = json.dumps(RECORDS if status == 200 else {"error": f"no {PERSON}"}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


class Bodies:
    """The system `office` with a probe and a source, which needs `gateway`, looked at by nobody."""

    def __init__(self, engine: Engine, folder: Path, body: Body) -> None:
        self.engine, self.folder, self.body = engine, folder, body
        self.environment = self.declared()
        with engine.begin() as connection:
            sync(connection, self.environment, "test")

    @classmethod
    @contextmanager
    def listening(cls, engine: Engine, folder: Path) -> "Iterator[Bodies]":
        """With its body up."""
        with Body() as body:
            thread = threading.Thread(target=body.serve_forever)
            thread.start()
            try:
                yield cls(engine, folder, body)
            finally:
                body.over.set()
                body.shutdown()
                thread.join()

    def declared(self, **office: Any) -> Environment:
        """The environment; `office` changes that system."""
        system = {
            "connector": "rest",
            "connection": {"url": self.body.address, "folder": None, "retry": {"attempts": 1}},
            "depends_on": ["gateway"],
            "probes": [{"module": "web", "target": f"{self.body.address}/"}],
            **office,
        }
        gateway = {
            "names": {"en": "Gateway"},
            "owner": "GATE",
            "contact": "duty, extension 7",
            "connector": "file",
            "connection": {"folder": "data"},
        }
        source = {
            "connector": "rest",
            "schedule": "0 0 1 1 *",
            "request": {"path": "/applications", "page": {"kind": "none"}},
        }
        contents = files(
            systems={"systems": {"office": system, "gateway": gateway}}, applications=source
        )
        module = {"prober": "http", "timeout": "30s"}
        contents["probes.yaml"] = {"modules": {"web": module}}
        return open_environment(write(self.folder, contents))

    def pulled(self) -> None:
        """The source is pulled now."""
        report = pull(self.engine, self.environment, "office.applications", actor="test")
        assert report.state in ("succeeded", "failed"), report

    def watched(self, rounds: int = 1) -> None:
        """So many rounds of the watch, now."""
        for _ in range(rounds):
            tick(self.engine, self.environment, actor="test")

    def ask(self, name: str = "office") -> Diagnosis:
        """The diagnosis as of now."""
        return diagnose(self.engine, self.environment, name, datetime.now(UTC))
