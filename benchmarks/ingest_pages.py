"""The body that the benchmark of ingest pulls from: `python -m benchmarks.ingest_pages ROWS`.

A process of its own, which has all its pages as bytes before it says where it listens, so that
what is measured is reading, not serving. It prints its address and serves until it is ended.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson

from benchmarks.country import CHANNELS, SERVICES, service

PAGE = 2_000
REGIONS = 20
FIELDS = (
    *("number", "service", "channel", "region", "applicant"),
    *("received_at", "completed_at", "changed_at"),
)
BROKEN_EVERY = 1_000
"""One row in so many breaks a rule, so that quarantine has work."""

_FIRST = datetime(2025, 1, 1, tzinfo=UTC)
_WEIGHTS = (range(1, 12), (*range(3, 12), 1, 2))


def row(n: int) -> dict[str, Any]:
    """The application of this number; the same one in every run."""
    received = _FIRST + timedelta(seconds=n * 7_919 % 25_000_000)
    completed = received + timedelta(seconds=n * 15_485_863 % 1_500_000) if n % 10 < 7 else None
    made = {
        "number": f"SC-{n:09d}",
        "service": service(n * 7_919 % SERVICES),
        "channel": CHANNELS[n * 31 % len(CHANNELS)],
        "region": f"KZ-{n % REGIONS}",
        "applicant": _identifier(n),
        "received_at": received.isoformat(),
        "completed_at": completed.isoformat() if completed else None,
        "changed_at": (completed or received).isoformat(),
    }
    return made | _mistake(n // BROKEN_EVERY, made) if n % BROKEN_EVERY == 0 else made


def _mistake(turn: int, good: dict[str, Any]) -> dict[str, Any]:
    """A value that breaks a rule: A03, A04, A06 and A01, one after the other."""
    before = datetime.fromisoformat(good["received_at"]) - timedelta(days=1)
    wrong_digit = str((int(good["applicant"][-1]) + 1) % 10)
    mistakes: tuple[dict[str, Any], ...] = (
        {"applicant": good["applicant"][:-1] + wrong_digit},
        {"service": "99999999"},
        {"completed_at": before.isoformat()},
        {"received_at": None},
    )
    return mistakes[turn % len(mistakes)]


def _identifier(n: int) -> str:
    """Twelve digits with the check digit of an IIN; of nobody, as there is no 40th month."""
    serial = n * 7 % 10_000_000
    while True:
        digits = f"9940{serial:07d}"
        for weights in _WEIGHTS:
            rest = sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11
            if rest < 10:
                return f"{digits}{rest}"
        serial += 1  # such a number is never issued


def pages(rows: int) -> list[bytes]:
    """The bodies of all answers; each names the next."""
    starts = range(0, rows, PAGE)
    return [
        orjson.dumps(
            {
                "total": rows,
                "items": [row(n) for n in range(start, min(start + PAGE, rows))],
                "next": f"/applications?page={at + 1}" if start + PAGE < rows else None,
            }
        )
        for at, start in enumerate(starts)
    ]


def _handler(bodies: list[bytes]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            _, _, asked = self.path.partition("page=")
            body = bodies[int(asked or 0)]
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # as the base has it
            """Say nothing."""

    return Handler


@contextmanager
def body_with(rows: int) -> Iterator[str]:
    """Start the body; answers the address of its applications."""
    command = [sys.executable, "-m", "benchmarks.ingest_pages", str(rows)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None  # a pipe was asked for
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def main() -> None:
    """Serve so many rows on a free port of the loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(pages(int(sys.argv[1]))))
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
