"""A web hook in a process of its own: `python -m benchmarks.alerts_receiver FILE SECONDS`.

It takes every notice after so many seconds and appends it to the file; the first line is its port.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


@contextmanager
def receiver(folder: Path, seconds: float) -> Iterator[tuple[str, Path]]:
    """The address for Apprise and the file of what was taken."""
    file = folder / "taken.jsonl"
    command = [sys.executable, "-m", "benchmarks.alerts_receiver", str(file), str(seconds)]
    process = subprocess.Popen(command)
    try:
        for _ in range(1200):
            if file.exists() and (lines := file.read_text().splitlines()):
                break
            time.sleep(0.05)
        yield f"json://127.0.0.1:{lines[0]}/", file
    finally:
        process.kill()
        process.wait()


def taken(file: Path) -> list[dict[str, Any]]:
    """What the receiver has taken, in order."""
    return [json.loads(line) for line in file.read_text().splitlines()[1:]]


def _serve(file: Path, seconds: float) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            time.sleep(seconds)
            with file.open("a") as output:
                output.write(json.dumps({"title": body["title"], "at": time.time()}) + "\n")
            try:
                self.send_response(200)
                self.end_headers()
            except (BrokenPipeError, ConnectionResetError):
                return  # the sender was killed: it is taken all the same

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    file.write_text(f"{server.server_address[1]}\n")
    server.serve_forever(0.05)


if __name__ == "__main__":
    _serve(Path(sys.argv[1]), float(sys.argv[2]))
