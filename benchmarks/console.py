"""The console under 50 people: pages a second on one core, how long they take, what it remembers.

The web application is a process of its own, on one core where the machine has more than one; those
who click are another process on the others, beside the database. They go through all that
the navigation leads to and what stands on those pages, as an auditor does, who sees all.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import orjson
import psutil

from benchmarks import console_world
from benchmarks.server import database
from console.up.ports import hold_port
from console.web.access import sessions, users
from console.web.access.guard import COOKIE
from models.database import Database
from models.database.engine import URL_VARIABLE
from models.environment.console import SignIn
from models.environment.loader import Environment

SIZE = 1_000_000
ALERTS = 10_000
PEOPLE = 50
REQUESTS = 100_000
PAGES_A_SECOND = 150
WITHIN = 0.1
FIRST_PAINT = 100_000
"""Bytes of Today with its styles and script, as they go over the line."""
FLAT = 1.05
"""The memory at the end is at most this much more than after the first tenth of the requests."""


def run(size: int = SIZE, requests: int | None = None) -> dict[str, Any]:
    """Measure with `size` applications, a hundredth of it open alerts, a tenth of it requests."""
    asked = requests or max(REQUESTS * size // SIZE, 2_000)
    with database() as found, tempfile.TemporaryDirectory() as folder:
        found = Database(found.url, "benchmark")
        env = console_world.country(Path(folder))
        engine = found.engine()
        console_world.fill(engine, env, size, max(ALERTS * size // SIZE, 100))
        cookie = _auditor(engine)
        engine.dispose()
        with _served(found, env) as (process, address):
            clicked = _clicked(address, cookie, process.pid, asked)
    return {
        "name": "console",
        "ours": clicked["pages_a_second"],
        "peer": PAGES_A_SECOND,
        "unit": f"pages a second for {PEOPLE} people on one core, {size} applications",
        "ratio": round(clicked["pages_a_second"] / PAGES_A_SECOND, 2),
        "target": 1.0,
        "met": _met(clicked),
        **clicked,
    }


def _met(clicked: dict[str, Any]) -> bool:
    return bool(
        clicked["pages_a_second"] >= PAGES_A_SECOND
        and clicked["p95"] <= WITHIN
        and clicked["first_paint"] <= FIRST_PAINT
        and clicked["memory_end"] <= FLAT * clicked["memory_begin"]
        and not clicked["failed"]
    )


def _auditor(engine: Any) -> str:
    moment = datetime.now(UTC)
    with engine.begin() as connection:
        new = users.NewUser("auditor", "An auditor", ["auditor"])
        users.put(connection, new, password=None, actor="benchmark")
        return sessions.begin(connection, "auditor", SignIn(), moment)


@contextmanager
def _served(found: Database, env: Environment) -> Iterator[tuple["subprocess.Popen[bytes]", str]]:
    """The console as `tereze up` runs it, on the first core."""
    held = hold_port(0)
    port = held.getsockname()[1]
    held.set_inheritable(True)
    command = [sys.executable, "-m", "console.web", str(env.folder), str(port), str(held.fileno())]
    if shutil.which("taskset") and (os.cpu_count() or 1) > 1:
        command = ["taskset", "-c", "0", *command]
    variables = os.environ | {
        URL_VARIABLE: found.url.render_as_string(hide_password=False),
    }
    process = subprocess.Popen(command, env=variables, pass_fds=[held.fileno()])
    try:
        address = f"http://127.0.0.1:{port}"
        _up(address, process)
        yield process, address
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
        held.close()


def _up(address: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(f"{address}/healthz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise RuntimeError("the console does not answer")


def _clicked(address: str, cookie: str, pid: int, requests: int) -> dict[str, Any]:
    """What the clicking process measured, with the memory of the server meanwhile."""
    command = [sys.executable, "-m", "benchmarks.console_people", address, f"{COOKIE}={cookie}",
               str(PEOPLE), str(requests)]  # fmt: skip
    server, memory, began = psutil.Process(pid), [], time.monotonic()
    begun = _spent(server)
    with tempfile.TemporaryFile() as answer, subprocess.Popen(command, stdout=answer) as people:
        while people.poll() is None:
            memory.append(server.memory_info().rss)
            time.sleep(0.2)
        if people.returncode != 0:
            raise RuntimeError(f"those who click stopped with {people.returncode}")
        answer.seek(0)
        told: dict[str, Any] = orjson.loads(answer.read().splitlines()[-1])
    spent = _spent(server) - begun
    early = memory[len(memory) // 10 :][: max(len(memory) // 10, 1)]
    late = memory[-max(len(memory) // 10, 1) :]
    return told | {
        "memory_begin": round(sum(early) / len(early) / 1e6, 1),
        "memory_end": round(sum(late) / len(late) / 1e6, 1),
        "seconds": round(time.monotonic() - began, 1),
        "pages_a_second_of_its_core": round(told["requests"] / spent, 1),
        "load": round(os.getloadavg()[0], 1),
    }


def _spent(server: psutil.Process) -> float:
    """Seconds of its core that it has had."""
    times = server.cpu_times()
    return float(times.user + times.system)
