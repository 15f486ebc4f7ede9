"""The console under 50 people: pages a second on one core, how long they take, what it remembers.

The web application is a process of its own, on one core where the machine has more than one; those
who click are another process on the others, beside the database. People of each
role go through all that their navigation leads to, and what stands on those pages.
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
from sqlalchemy import Engine

from benchmarks import console_world
from benchmarks.server import database
from console.up.ports import hold_port
from console.web.access import sessions, users
from console.web.access.guard import COOKIE
from console.web.access.rights import BOUNDED
from models.database import Database
from models.database.engine import URL_VARIABLE
from models.environment.console import Role, SignIn
from models.environment.loader import Environment

SIZE = 1_000_000
ALERTS = 10_000
PEOPLE = 50
ROLES: dict[Role, int] = {"on_call": 3, "region": 2, "office_staff": 2, "auditor": 1,
                          "integration_engineer": 1, "reviewer": 1}  # fmt: skip
"""How many of each ten have which role."""
LONGEST = 1_200
"""Seconds for all clicking, before it is given up."""
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
        signed_in = _sessions(engine)
        engine.dispose()
        with _served(found, env) as (process, address):
            clicked = _clicked(address, signed_in, process.pid, asked)
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


def _sessions(engine: Engine) -> list[str]:
    """PEOPLE signed in, some of each role, each bounded one in a region of their own."""
    moment, signed_in = datetime.now(UTC), []
    roles = [role for role, share in ROLES.items() for _ in range(share)]
    with engine.begin() as connection:
        for number in range(PEOPLE):
            role = roles[number % len(roles)]
            region = f"KZ-{number % console_world.REGIONS}" if role in BOUNDED else None
            user = users.NewUser(f"{role}-{number}", role, [role], region)
            users.put(connection, user, password=None, actor="benchmark")
            token = sessions.begin(connection, user.name, SignIn(), moment)
            signed_in.append(f"{COOKIE}={token}")
    return signed_in


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
            if httpx.get(f"{address}/healthz", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise RuntimeError("the console does not answer")


def _clicked(address: str, signed_in: list[str], pid: int, requests: int) -> dict[str, Any]:
    """What the clicking process measured, with the memory of the server meanwhile.

    Raises:
        RuntimeError: the server died, or those who click stopped or found no end.
    """
    command = [sys.executable, "-m", "benchmarks.console_people", address, str(requests)]
    server, memory, began = psutil.Process(pid), list[int](), time.monotonic()
    begun = _spent(server)
    with tempfile.TemporaryFile() as answer, tempfile.TemporaryFile() as given:
        given.write(orjson.dumps(signed_in))
        given.seek(0)
        with subprocess.Popen(command, stdin=given, stdout=answer) as people:
            _watch(people, server, memory)
        answer.seek(0)
        told: dict[str, Any] = orjson.loads(answer.read().splitlines()[-1])
    spent, answered = _spent(server) - begun, told["requests"] + told["looked_around"]
    early = memory[len(memory) // 10 :][: max(len(memory) // 10, 1)]
    late = memory[-max(len(memory) // 10, 1) :]
    return told | {
        "memory_begin": round(sum(early) / len(early) / 1e6, 1),
        "memory_end": round(sum(late) / len(late) / 1e6, 1),
        "seconds": round(time.monotonic() - began, 1),
        "pages_a_second_of_its_core": round(answered / spent, 1),
        "load": round(os.getloadavg()[0], 1),
    }


def _watch(people: "subprocess.Popen[bytes]", server: psutil.Process, memory: list[int]) -> None:
    """Until those who click have ended; nothing goes on where the server has died."""
    until = time.monotonic() + LONGEST
    try:
        while people.poll() is None:
            if not server.is_running() or server.status() == psutil.STATUS_ZOMBIE:
                raise RuntimeError("the console died")
            if time.monotonic() > until:
                raise RuntimeError(f"those who click found no end within {LONGEST} s")
            memory.append(server.memory_info().rss)
            time.sleep(0.2)
    finally:
        people.kill()
    if people.returncode != 0:
        raise RuntimeError(f"those who click stopped with {people.returncode}")


def _spent(server: psutil.Process) -> float:
    """Seconds of its core that it has had."""
    times = server.cpu_times()
    return float(times.user + times.system)
