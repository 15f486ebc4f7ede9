"""The peer: Prometheus' blackbox_exporter, asked for the same targets by a simple scraper.

It probes and answers metrics; it stores and judges nothing. The scraper, which stands for
Prometheus, is not counted.
"""

import asyncio
import contextlib
import json
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import psutil

BINARIES = ("prometheus-blackbox-exporter", "blackbox_exporter")
PACE = 0.01
"""Seconds between two scrapes' beginnings, as between two of our looks."""


@dataclass(frozen=True)
class Peer:
    """What the peer did: seconds of a round, processor seconds of it, memory in MB, verdicts."""

    wall: float
    cpu: float
    megabytes: float
    up: int
    down: int


def measure(
    ports: dict[str, list[int]], authority: Path, folder: Path, cores: Sequence[int], rounds: int
) -> Peer | None:
    """The median round by processor time; None where the peer is not installed."""
    binary = next(filter(None, map(shutil.which, BINARIES)), None)
    if binary is None:
        return None
    with _running(binary, _modules(authority), folder, cores) as (process, port):
        found = [_round(process, port, ports) for _ in range(rounds)]
    return sorted(found, key=lambda each: each.cpu)[len(found) // 2]


def _modules(authority: Path) -> dict[str, object]:
    tls = {"ca_file": str(authority), "server_name": "localhost"}
    return {
        "modules": {
            "http": {
                "prober": "http",
                "timeout": "10s",
                "http": {"fail_if_body_not_matches_regexp": ["ready"]},
            },
            "tcp": {"prober": "tcp", "timeout": "10s"},
            "tls": {"prober": "tcp", "timeout": "10s", "tcp": {"tls": True, "tls_config": tls}},
        }
    }


@contextlib.contextmanager
def _running(
    binary: str, modules: dict[str, object], folder: Path, cores: Sequence[int]
) -> Iterator[tuple[psutil.Process, int]]:
    config = folder / "blackbox.yml"
    config.write_text(json.dumps(modules))  # JSON is YAML
    port = 19_115
    asked = [binary, f"--config.file={config}", f"--web.listen-address=127.0.0.1:{port}"]
    with subprocess.Popen(asked, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as started:
        process = psutil.Process(started.pid)
        process.cpu_affinity(list(cores))
        try:
            _wait_for(port)
            yield process, port
        finally:
            started.terminate()


def _wait_for(port: int) -> None:
    until = time.monotonic() + 10
    while True:
        try:
            asyncio.run(_ask(port, "/-/healthy"))
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def _round(process: psutil.Process, port: int, ports: dict[str, list[int]]) -> Peer:
    before, started = process.cpu_times(), time.perf_counter()
    answers = asyncio.run(_scrape(port, ports))
    wall, after = time.perf_counter() - started, process.cpu_times()
    cpu = after.user + after.system - before.user - before.system
    up = sum(1 for answer in answers if b"\nprobe_success 1" in answer)
    memory = process.memory_info().rss / 1e6
    return Peer(wall, cpu, memory, up, len(answers) - up)


async def _scrape(port: int, ports: dict[str, list[int]]) -> list[bytes]:
    asked = [
        ("http" if kind == "hanging" else kind, number)
        for kind, numbers in ports.items()
        for number in numbers
    ]

    async def later(nth: int, kind: str, number: int) -> bytes:
        await asyncio.sleep(nth * PACE)
        target = f"{'http://' if kind == 'http' else ''}127.0.0.1:{number}"
        return await _ask(port, f"/probe?{urlencode({'module': kind, 'target': target})}")

    return await asyncio.gather(*(later(nth, *each) for nth, each in enumerate(asked)))


async def _ask(port: int, path: str) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    return answer
