"""One contender's measurement: two pulls, timed in a process of its own, as a line of JSON."""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import requests


def in_own_process(contender: str, *arguments: str) -> dict[str, Any]:
    """Run `benchmarks.<contender>`; answers what it measured, its last line.

    Raises:
        CalledProcessError: it failed; what it said stands on the terminal.
    """
    command = [sys.executable, "-m", f"benchmarks.{contender}", *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def measure(pull: Callable[[], int], pulls: int = 2) -> None:
    """Pull the same pages `pulls` times; print seconds, rows stored, peak memory in megabytes."""
    seconds, rows = [], 0
    for _ in range(pulls):
        started = time.perf_counter()
        rows = pull()
        seconds.append(round(time.perf_counter() - started, 3))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "rows": rows, "peak_mb": round(peak)}), flush=True)


def pages(url: str) -> Iterator[list[dict[str, Any]]]:
    """The records page by page, as fast as they can be read: what peers are given."""
    path: str | None = "/applications"
    with requests.Session() as session:
        while path:
            answer = orjson.loads(session.get(url + path, timeout=30).content)
            yield answer["items"]
            path = answer["next"]
