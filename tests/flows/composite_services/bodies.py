"""A tiny body on a real socket: it does what it is asked, keeps a ledger, and can misbehave."""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import unquote


@dataclass
class Body:
    """What it did, by key. `faults` are taken from the front, one by each request to do.

    Faults: `lose` (does it and cuts the connection), `cut` (cuts it before doing anything),
    `busy` (503: nothing done), `odd` (an answer that fits nothing), `refuse`, `take` (takes it
    in: the result comes later), `slow` (waits for `gate` first); and of an undo `lose undo`.
    """

    port: int = 0
    ledger: list[str] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    results: dict[str, dict[str, Any]] = field(default_factory=dict)
    reply_to: dict[str, str] = field(default_factory=dict)
    gate: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def does(self, key: str, fault: str | None) -> tuple[int, dict[str, Any]] | None:
        """Do a thing; None cuts the connection."""
        if fault == "slow":
            self.gate.wait(120)
        with self.lock:
            if fault == "cut":
                return None
            if fault == "busy":
                return 503, {}
            if fault == "refuse":
                self.results[key] = {"state": "refused", "reason": "not so", "grounds": "rule 4"}
                return 200, self.results[key]
            self.ledger.append(key)
            state = "taken" if fault == "take" else "done"
            self.results[key] = {"state": state, "iin": f"child of {key}", "act": "7", "number": 9}
            if fault == "lose":
                return None
            return (200, {"state": "odd"}) if fault == "odd" else (200, self.results[key])


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    body: ClassVar[Body]

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        key = asked["key"]
        with self.body.lock:
            fault = self.body.faults.pop(0) if self.body.faults else None
            self.body.reply_to[key] = asked.get("reply_to", "")
        self._answer(self.body.does(key, fault))

    def do_GET(self) -> None:
        key = unquote(self.path.removeprefix("/things/"))
        with self.body.lock:
            self.body.asked[key] += 1
            found = self.body.results.get(key)
        self._answer((404, {}) if found is None else (200, found))

    def do_DELETE(self) -> None:
        key = unquote(self.path.removeprefix("/things/"))
        with self.body.lock:
            self.body.ledger.append(f"undo {key}")
            lost = self.body.faults[:1] == ["lose undo"] and self.body.faults.pop(0)
        self._answer(None if lost else (200, {"state": "undone"}))

    def _answer(self, answer: tuple[int, dict[str, Any]] | None) -> None:
        if answer is None:
            self.close_connection = True
            return
        written = json.dumps(answer[1]).encode()
        self.send_response(answer[0])
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(written)))
        if answer[0] == 503:
            self.send_header("Retry-After", "1")
        self.end_headers()
        self.wfile.write(written)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever asked has gone, which is what these tests are about."""


@contextmanager
def running() -> Iterator[Body]:
    """A body that listens on a port of its own."""
    body = Body()
    handler = type("Handler", (_Handler,), {"body": body})
    server = _Server(("127.0.0.1", 0), handler)
    body.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield body
    finally:
        body.gate.set()
        server.shutdown()
        server.server_close()
