"""Exchanges between systems: read, paired, counted and judged, end to end.

Three figures. How many operational records a second, grown from the real ones and read as the
files of a security server; beside it, by the CPU seconds that both processes used, because two
busy cores are no clock. Memory is that of the process, at a tenth and at the end. How many
rounds of a minute after a service begins to fail it is found. And a round with the same new
records on a history of one million and of twenty: both should take as long. No peer names a
speed of its own, so the first figure stands beside the aim.
"""

import os
import resource
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import Engine, text

from benchmarks.exchanges_grown import PAGE, Grower, packed, write
from benchmarks.exchanges_past import grow
from benchmarks.exchanges_world import environment
from benchmarks.server import database
from flows.failures.exchanges.side import EXCHANGES
from flows.failures.verdict import Verdict
from flows.register.sync import sync
from models.database import Database
from models.environment.loader import Environment

SIZE = 5_000_000
DAYS = 10
LAST = datetime(2026, 5, 20, 7, 0, tzinfo=UTC)
AIM = 40_000
SLOWER = 1.5
HISTORIES = (1_000_000, 20_000_000)
A_DAY = 500_000
"""Records of a day in a history: as in the first figure."""

NEW = 10_000
"""New records in each round that is timed."""

ROUNDS = 9


def run(size: int = SIZE) -> dict[str, Any]:
    """Measure all three; with a smaller `size`, histories are smaller in the same way."""
    load = os.getloadavg()[0]
    read = _read(size)
    small, large = (_round(size * history // SIZE) for history in HISTORIES)
    slower = large / small
    return {
        "name": "exchanges",
        "ours": round(read["rate"]),
        "peer": AIM,
        "unit": "records/s read, paired, counted and judged; the aim in place of a peer",
        "ratio": round(read["rate"] / AIM, 2),
        "target": 1.0,
        "met": read["rate"] >= AIM
        and read["found_after_rounds"] <= 2
        and slower <= SLOWER
        and read["memory_grew"] <= 1.2,
        "records": size,
        "seconds": round(read["seconds"], 1),
        "pairs": read["pairs"],
        "records_per_cpu_s": round(read["per_cpu_s"]),
        "load_before": round(load, 1),
        "memory_mb": round(read["memory_mb"]),
        "memory_grew": round(read["memory_grew"], 2),
        "judged_in_s": round(read["judged_in"], 3),
        "found_after_rounds": read["found_after_rounds"],
        "round_small_s": round(small, 3),
        "round_large_s": round(large, 3),
        "round_slower": round(slower, 2),
        "histories": [size * history // SIZE for history in HISTORIES],
    }


def _read(size: int) -> dict[str, Any]:
    """Read `size` records of some days in batches of files, and find a failure after them."""
    with database() as found, tempfile.TemporaryDirectory() as folder:
        env = environment(Path(folder))
        engine = _ready(found, env)
        first = LAST - timedelta(days=DAYS)
        tenth = _drop(env, size // 10, first, first + timedelta(days=DAYS) / 10)
        started = time.perf_counter()
        while _left(engine, tenth):
            EXCHANGES.look(engine, env, LAST)
        memory = _memory()
        seconds = time.perf_counter() - started
        _drop(env, size - size // 10, first + timedelta(days=DAYS) / 10, LAST)
        before = _cpu(engine)
        started = time.perf_counter()
        while _left(engine, size):
            EXCHANGES.look(engine, env, LAST)
        seconds += time.perf_counter() - started
        used = _cpu(engine) - before
        verdicts, judged_in = _judged(engine, env, LAST)
        return {
            "rate": size / (seconds + judged_in),
            "seconds": seconds + judged_in,
            "judged_in": judged_in,
            "per_cpu_s": (size - size // 10) / used,
            "memory_mb": _memory(),
            "memory_grew": _memory() / memory,
            "pairs": _pairs(engine, size),
            "found_after_rounds": _rounds_to_find(engine, env, verdicts),
        }


def _ready(found: Database, env: Environment) -> Engine:
    engine = found.engine()
    with engine.begin() as connection:
        sync(connection, env, "benchmark")
    return engine


def _drop(env: Environment, size: int, first: datetime, last: datetime) -> int:
    """Write the files, which is not timed; answers the records."""
    for _ in write(env.folder / "monitoring", size, first, last):
        pass
    return max(1, size // PAGE) * min(PAGE, size)


def _left(engine: Engine, size: int) -> bool:
    with engine.connect() as connection:
        read = connection.execute(text("SELECT sum(read) FROM exchange_sources")).scalar() or 0
    return bool(read < size)


def _judged(engine: Engine, env: Environment, moment: datetime) -> tuple[list[Verdict], float]:
    started = time.perf_counter()
    with engine.begin() as connection:
        verdicts = list(EXCHANGES.judge(connection, env, moment))
    return verdicts, time.perf_counter() - started


def _cpu(engine: Engine) -> float:
    """CPU seconds that this process and its database server have used."""
    with engine.connect() as connection:
        pid = connection.execute(
            text("SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)")
        )
        server = psutil.Process(int(pid.scalar_one()))
    used = [psutil.Process().cpu_times(), server.cpu_times()]
    used += [child.cpu_times() for child in server.children()]
    return sum(each.user + each.system for each in used) + sum(
        each.children_user + each.children_system for each in used[1:2]
    )


def _pairs(engine: Engine, size: int) -> int:
    with engine.connect() as connection:
        pairs = connection.execute(text("SELECT sum(pairs) FROM exchange_networks")).scalar()
    if pairs != size // 2:
        raise RuntimeError(f"{pairs} pairs of {size} records")
    return int(pairs)


def _memory() -> float:
    """The most memory that the process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _rounds_to_find(engine: Engine, env: Environment, before: list[Verdict]) -> int:
    """Let one service fail from now on; answers after how many rounds it is confirmed."""
    if any(each.level != "good" for each in before):
        raise RuntimeError(f"found where nothing is wrong: {[v.sentence for v in before]}")
    grower = Grower(2)
    for nth in range(1, 10):
        moment = LAST + timedelta(minutes=nth)
        raw = grower.page(moment - timedelta(minutes=1), moment, NEW, failing=7)
        packed(env.folder / "monitoring" / f"later_{nth}.json.gz", raw)
        EXCHANGES.look(engine, env, moment)
        found = [each for each in _judged(engine, env, moment)[0] if each.level == "confirmed"]
        if found:
            if not all(each.subject.endswith("/service7") for each in found):
                raise RuntimeError(f"found where nothing is wrong: {found}")
            return nth
    raise RuntimeError("a failing service was not found")


def _round(history: int) -> float:
    """The median time of a round with `NEW` records, in seconds, on so long a history."""
    with database() as found, tempfile.TemporaryDirectory() as folder:
        env = environment(Path(folder))
        engine = _ready(found, env)
        grow(engine, history, LAST, A_DAY * history // HISTORIES[0] if history < A_DAY else A_DAY)
        grower, taken = Grower(3), []
        for nth in range(ROUNDS + 1):
            moment = LAST + timedelta(minutes=nth + 1)
            raw = grower.page(moment - timedelta(minutes=1), moment, NEW)
            packed(env.folder / "monitoring" / f"new_{nth}.json.gz", raw)
            started = time.perf_counter()
            EXCHANGES.look(engine, env, moment)
            _judged(engine, env, moment)
            taken.append(time.perf_counter() - started)
        return statistics.median(taken[1:])  # the first fills what nobody has asked for yet
