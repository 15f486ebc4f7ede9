"""Probes: 500 targets, a tenth of them hanging until the time-out of 10 s, on one core.

A round is what the scheduled flow does in a minute: look at every target, write each look and
how each target stands, judge, write findings, settle alerts. It has to be over within the
minute. The database server is on the same core; the targets are not.
"""

import contextlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import Engine, text

from benchmarks.country import environment as country
from benchmarks.probes_certificates import write_certificates
from benchmarks.probes_peer import Peer, measure
from benchmarks.server import database
from flows.failures.probing.side import PROBES
from flows.failures.tick import tick
from models.environment.loader import Environment
from models.environment.probes import HttpProbe, Module, Target, TcpProbe, TlsProbe

TARGETS = 500
ROUNDS = 3
MINUTE = timedelta(minutes=1)
START = datetime.now(UTC).replace(second=0, microsecond=0)


@dataclass(frozen=True)
class Round:
    """Seconds of a round; processor seconds in it of ours and of the database server."""

    wall: float
    cpu: float
    server: float


def run(size: int = TARGETS) -> dict[str, Any]:
    """Probe `size` targets in ours and in the peer, on one core."""
    cores = sorted(os.sched_getaffinity(0))
    ours, others = cores[:1], cores[1:] or cores[:1]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        authority, certificate = write_certificates(folder)
        with _targets(size, certificate, others) as ports:
            os.sched_setaffinity(0, ours)
            try:
                rounds = _ours(ports, authority, folder)
            finally:
                os.sched_setaffinity(0, cores)
            peer = measure(ports, authority, folder, ours, ROUNDS)
    return _result(size, rounds, peer)


@contextlib.contextmanager
def _targets(size: int, certificate: Path, cores: list[int]) -> Iterator[dict[str, list[int]]]:
    asked = [sys.executable, "-m", "benchmarks.probes_targets", str(size), str(certificate)]
    pipe = subprocess.PIPE
    with subprocess.Popen(asked, text=True, stdin=pipe, stdout=pipe) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        psutil.Process(process.pid).cpu_affinity(cores)
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.stdin.close()


def _ours(ports: dict[str, list[int]], authority: Path, folder: Path) -> list[Round]:
    environment = _environment(ports, authority, folder)
    with database() as found:
        engine = found.engine()
        rounds = [_round(engine, environment, nth) for nth in range(ROUNDS)]
        _check(engine, ports)
        engine.dispose()
    return rounds


def _environment(ports: dict[str, list[int]], authority: Path, folder: Path) -> Environment:
    """One system for each 50 targets."""
    made = country(folder)
    modules: dict[str, Module] = {
        "http": HttpProbe(prober="http", contains=["ready"]),
        "tcp": TcpProbe(prober="tcp"),
        "tls": TlsProbe(prober="tls", ca_file=authority, server_name="localhost"),
    }
    made.modules.update(modules)
    every = [
        Target(module="http" if kind == "hanging" else kind, name=f"{kind}.{port}", target=target)
        for kind, numbers in ports.items()
        for port in numbers
        for target in [
            f"127.0.0.1:{port}" if kind in ("tcp", "tls") else f"http://127.0.0.1:{port}/"
        ]
    ]
    template = next(iter(made.systems.values()))
    for first in range(0, len(every), 50):
        system = template.model_copy(update={"probes": every[first : first + 50]})
        made.systems[f"system_{first // 50}"] = system
    return made


def _round(engine: Engine, environment: Environment, nth: int) -> Round:
    server = _server(engine)
    before, cpu, started = _used(server), time.process_time(), time.perf_counter()
    as_of = START + nth * MINUTE
    report = tick(engine, environment, as_of=as_of, actor="benchmark", sides=[PROBES])
    wall, used = time.perf_counter() - started, time.process_time() - cpu
    if report.unseen:
        raise RuntimeError(f"the probes were not looked at: {report.unseen}")
    return Round(wall, used, _used(server) - before)


def _server(engine: Engine) -> psutil.Process:
    with engine.connect() as connection:
        folder = connection.execute(text("SHOW data_directory")).scalar_one()
    return psutil.Process(int((Path(folder) / "postmaster.pid").read_text().split()[0]))


def _used(server: psutil.Process) -> float:
    """Processor seconds so far of the database server, ended backends included."""
    times = []
    for backend in server.children():
        with contextlib.suppress(psutil.NoSuchProcess):  # just ended: counted with its parent
            times.append(backend.cpu_times())
    main = server.cpu_times()
    alive = sum(each.user + each.system for each in (main, *times))
    return float(alive + main.children_user + main.children_system)


def _check(engine: Engine, ports: dict[str, list[int]]) -> None:
    """Each target was looked at in each round, and what hangs, and nothing else, is down."""
    size = sum(len(numbers) for numbers in ports.values())
    with engine.connect() as connection:
        looks = connection.execute(text("SELECT count(*) FROM probe_results")).scalar_one()
        query = "SELECT subject FROM findings WHERE kind = 'down' AND state = 'confirmed'"
        down = set(connection.execute(text(query)).scalars())
    expected = {f"probe:hanging.{port}" for port in ports["hanging"]}
    if looks != size * ROUNDS or down != expected:
        raise RuntimeError(f"{looks} looks, {len(down)} of {len(expected)} are down")


def _result(size: int, rounds: list[Round], peer: Peer | None) -> dict[str, Any]:
    median = sorted(rounds, key=lambda each: each.cpu + each.server)[len(rounds) // 2]
    slowest = max(each.wall for each in rounds)
    cpu = median.cpu + median.server
    return {
        "name": "probes",
        "ours": round(cpu, 2),
        "peer": peer and round(peer.cpu, 2),
        "unit": f"processor seconds a minute for {size} targets, a tenth hanging; the peer only"
        " probes, ours stores, judges and writes findings too",
        "ratio": peer and round(peer.cpu / cpu, 2),
        "target": f"each of {size} judged within its minute on one core",
        "met": slowest < MINUTE.total_seconds(),
        "slowest_round_s": round(slowest, 1),
        "probing_cpu_s": round(median.cpu, 2),
        "database_cpu_s": round(median.server, 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "peer_round_s": peer and round(peer.wall, 1),
        "peer_mb": peer and round(peer.megabytes),
        "peer_up_down": peer and [peer.up, peer.down],
    }
