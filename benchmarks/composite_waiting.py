"""100,000 applications that wait for call-backs: the worker's memory, a tick, and a call-back."""

import http.client
import os
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import uvicorn
from sqlalchemy import Engine, text

from benchmarks.composite import working
from benchmarks.composite_body import answering
from benchmarks.composite_world import analyze, begin, composite, environment
from benchmarks.server import database
from console.up.ports import HOST, hold_port
from console.web.app import create_app
from models.environment.loader import Environment

SIZE = 100_000
TICK, CALL_BACK = 1.0, 0.05
"""Aims in seconds."""
GROWS = 1.1
"""Memory that is this many times as much is not called growing."""
TIMES, WARM = 200, 20

_WAIT = """
    UPDATE composite_steps SET state = 'waiting', reason = 'awaited', next_at = :later,
        began_at = :at, sent_at = :at, attempts = 1
"""
_WAITING = "UPDATE composite_applications SET state = 'waiting', reason = 'awaits'"
_DONE = "SELECT count(*) FROM composite_applications WHERE outcome = 'done'"


def run(size: int = SIZE) -> dict[str, Any]:
    """Measure; times in seconds, at the median."""
    call_back = {"done": "answer.state == 'done'", "result": {"number": "answer.number"}}
    definition = composite("send", steps=1, call_back=call_back)
    with answering() as url, tempfile.TemporaryDirectory() as folder, database() as found:
        made = environment(Path(folder), url, definition)
        engine = found.engine()
        address = found.url.set(drivername="postgresql").render_as_string(hide_password=False)
        os.environ["TEREZE_DATABASE_URL"] = address
        with working(found, made, 1, "rest") as (worker,):
            _wait(engine, made, 1, 100)
            time.sleep(8)
            before = _memory(worker)
            _wait(engine, made, 101, size)
            analyze(engine)
            time.sleep(12)  # more than two rounds of what is done beside carrying
            after = _memory(worker)
            ticks = [_tick(engine, made) for _ in range(5)]
        with serving(made) as port:
            taken = _call_backs(port, size)
        with engine.connect() as connection:
            assert connection.execute(text(_DONE)).scalar() == TIMES + WARM
        engine.dispose()
    tick, median = statistics.median(ticks), statistics.median(taken)
    worst = sorted(taken)[int(0.95 * len(taken))]
    return {
        "name": "composite_waiting",
        "ours": round(tick, 3),
        "peer": None,
        "unit": f"s for a tick with {size} applications that wait for call-backs",
        "ratio": round(TICK / tick, 2),
        "target": TICK,
        "met": tick < TICK and median < CALL_BACK and after < GROWS * before,
        "call_back_ms": {"median": round(1000 * median, 1), "p95": round(1000 * worst, 1)},
        "call_back_target_ms": 1000 * CALL_BACK,
        "worker_mb": {"with_100": round(before), f"with_{size}": round(after)},
        "load": os.getloadavg()[0],
    }


def _wait(engine: Engine, made: Environment, first: int, last: int) -> None:
    now = datetime.now(UTC)
    with engine.begin() as connection:
        begin(connection, made, first, last, now, "send")
        later = now + timedelta(days=30)
        connection.execute(text(_WAIT), {"at": now, "later": later})
        connection.execute(text(_WAITING))


def _memory(pid: int) -> float:
    """Megabytes that the worker has in memory."""
    return float(psutil.Process(pid).memory_info().rss / 1e6)


def _tick(engine: Engine, made: Environment) -> float:
    from flows.composite_services.flow import tick

    started = time.perf_counter()
    tick(engine, made)
    return time.perf_counter() - started


@contextmanager
def serving(made: Environment) -> Iterator[int]:
    """The web application on a port of its own."""
    held = hold_port(0)
    config = uvicorn.Config(create_app(made, "0"), log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([held],), daemon=True)
    thread.start()
    try:
        yield int(held.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(10)


def _call_backs(port: int, size: int) -> list[float]:
    chosen = random.Random(7).sample(range(1, size + 1), TIMES + WARM)
    connection = http.client.HTTPConnection(HOST, port)
    return [_called_back(connection, number) for number in chosen][WARM:]


def _called_back(connection: http.client.HTTPConnection, number: int) -> float:
    started = time.perf_counter()
    connection.request("POST", f"/call-backs/token-B-{number}-1", b'{"state":"done","number":7}')
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 202
    return time.perf_counter() - started
