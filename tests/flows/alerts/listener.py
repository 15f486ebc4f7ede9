"""A real HTTP server that takes notices as Apprise sends them, refuses them, or is slow."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Listener:
    """`status` is what it answers; `hangs` makes it wait until the test is over.

    `slow` are the seconds before it answers, `statuses` the next answers before `status` holds.
    """

    port: int = 0
    status: int = 200
    hangs: bool = False
    slow: float = 0.0
    statuses: list[int] = field(default_factory=list)
    got: list[dict[str, Any]] = field(default_factory=list)
    asked: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"json://user:t0p-s3cret-pass@127.0.0.1:{self.port}/hook?cto=30&rto=60"


@contextmanager
def listening() -> Iterator[Listener]:
    state = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.asked.set()
            if state.hangs:
                state.over.wait(120)
                return
            time.sleep(state.slow)
            status = state.statuses.pop(0) if state.statuses else state.status
            if status == 200:
                state.got.append(json.loads(body))
            self.send_response(status)
            if status == 429:
                self.send_header("Retry-After", "1")
            with suppress(BrokenPipeError, ConnectionResetError):  # it waited no longer
                self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Keep the test's output quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        state.over.set()
        server.shutdown()
        server.server_close()
        thread.join(60)
