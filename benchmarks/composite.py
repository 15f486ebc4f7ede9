"""Durable steps a second: applications of four steps in a row, against a body that answers at once.

Ours commits each step's intent before the call and its answer with history, audit trail and
copies after it; DBOS commits each step's outcome after it. Both make the same call with the same
client (the one of `connector: rest`), and once more no call at all; same server, same settings
(synchronous commits), same run. The target compares both with the call, one process each.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import psutil
from sqlalchemy import Engine, text

from benchmarks.composite_body import answering
from benchmarks.composite_world import STEPS, analyze, begin, composite, environment
from benchmarks.server import database
from models.database import Database
from models.environment.loader import Environment

SIZE = 5_000
FASTER = 5.0
LONGEST = 900.0
"""Seconds after which a contender is given up."""

_LEFT = "SELECT count(*) FROM composite_applications WHERE state <> 'ended'"
_KIND = "SELECT count(*) FROM composite_steps WHERE state <> 'done'"


def run(size: int = SIZE) -> dict[str, Any]:
    """Measure both, with and without the call; steps a second."""
    with answering() as url, tempfile.TemporaryDirectory() as folder:
        made = environment(Path(folder), url, composite())
        peer = {calls: _dbos(size, url, calls) for calls in ("rest", "none")}
        ours = {calls: _ours(made, size, 1, calls) for calls in ("rest", "none")}
        two = _ours(made, size, 2, "rest")
        peer_two = _dbos(size, url, "rest", processes=2)
    ratio = ours["rest"].speed / peer["rest"].speed
    return {
        "name": "composite",
        "ours": round(ours["rest"].speed),
        "peer": round(peer["rest"].speed),
        "unit": f"durable steps/s, {size} applications of {STEPS} steps, each with its HTTP call",
        "ratio": round(ratio, 2),
        "target": FASTER,
        "met": ratio >= FASTER,
        "two_processes": {"ours": round(two.speed), "dbos": round(peer_two.speed)},
        "without_the_call": {
            "ours": round(ours["none"].speed),
            "dbos": round(peer["none"].speed),
            "ratio": round(ours["none"].speed / peer["none"].speed, 2),
        },
        # Of the carrying process alone: what else runs on the machine hardly changes it.
        "processor_ms_per_step": {
            "ours": round(ours["rest"].processor, 2),
            "dbos": round(peer["rest"].processor, 2),
        },
        "load": os.getloadavg()[0],
        "cores": os.cpu_count(),
    }


class Measured(NamedTuple):
    """Steps a second, and milliseconds of the processor for each step."""

    speed: float
    processor: float


def _ours(made: Environment, size: int, workers: int, calls: str) -> Measured:
    with database() as found, working(found, made, workers, calls) as started:
        engine = found.engine()
        # What is measured is not the first use of anything.
        _carried(engine, made, 1, 200)
        analyze(engine)
        used = sum(_processor(pid) for pid in started)
        seconds = _carried(engine, made, 201, 200 + size)
        used = sum(_processor(pid) for pid in started) - used
        with engine.connect() as connection:
            assert connection.execute(text(_KIND)).scalar() == 0
        engine.dispose()
    return Measured(STEPS * size / seconds, 1000 * used / (STEPS * size))


def _processor(pid: int) -> float:
    """Seconds of the processor that a process has used."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


@contextmanager
def working(found: Database, made: Environment, workers: int, calls: str) -> Iterator[list[int]]:
    """So many workers on the database, ready; their process ids."""
    url = found.url.set(drivername="postgresql").render_as_string(hide_password=False)
    variables = {**os.environ, "TEREZE_DATABASE_URL": url}
    command = [sys.executable, "-m", "benchmarks.composite_ours", str(made.folder), calls]
    with ExitStack() as stack:
        started = []
        for _ in range(workers):
            process = subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, text=True)
            stack.callback(_stop, process)
            assert process.stdout is not None
            assert process.stdout.readline(), "the worker did not start"
            started.append(process.pid)
        yield started


def _stop(process: "subprocess.Popen[str]") -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _carried(engine: Engine, made: Environment, first: int, last: int) -> float:
    """Seconds from the commit of the applications until the last of them has ended."""
    with engine.begin() as connection:
        begin(connection, made, first, last, datetime.now(UTC))
    started = time.perf_counter()
    while time.perf_counter() - started < LONGEST:
        with engine.connect() as connection:
            if connection.execute(text(_LEFT)).scalar() == 0:
                return time.perf_counter() - started
        time.sleep(0.05)
    raise TimeoutError(f"applications were left after {LONGEST:.0f} s")


def _dbos(size: int, url: str, calls: str, processes: int = 1) -> Measured:
    with database() as found:
        address = found.url.set(drivername="postgresql").render_as_string(hide_password=False)
        share = size // processes
        command = [sys.executable, "-m", "benchmarks.composite_dbos"]
        started = [
            subprocess.Popen(
                [*command, address, str(share), url, calls],
                stdout=subprocess.PIPE,
                stdin=subprocess.PIPE,
                text=True,
            )
            for _ in range(processes)
        ]
        for process in started:
            assert process.stdout is not None
            assert process.stdout.readline(), "DBOS did not start"
        for process in started:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        told = [process.communicate()[0].split()[-2:] for process in started]
    steps = STEPS * share * processes
    used = sum(float(processor) for processor, _ in told)
    return Measured(steps / max(float(seconds) for _, seconds in told), 1000 * used / steps)
