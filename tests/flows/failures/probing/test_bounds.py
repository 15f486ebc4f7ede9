"""Bounds: memory, threads and time, whatever the other side does."""

import asyncio
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from flows.failures.probing.now import look_at
from flows.failures.probing.threads import Loop, in_thread
from tests.flows.failures.probing.bad_targets import OK
from tests.flows.failures.probing.probed import probed
from tests.flows.failures.probing.targets import Listener, answering, flooding, listening, silent

MEMORY = """
import resource, sys
from pathlib import Path
from flows.environment import open_environment
from flows.failures.probing.now import look_at
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
environment = open_environment(Path(sys.argv[1]))
look_at(environment, "office")
before = peak()
[seen] = look_at(environment, "office")
assert seen.outcome == "good", seen
environment.systems["office"].probes[:] = environment.systems["office"].probes * 10
import flows.failures.probing.round as probing
Path(sys.argv[2]).touch()
assert {look.reason for look in look_at(environment, "office")} == {"too_large"}
print(peak() - before)
"""


def test_ten_gigabytes_take_little_memory(tmp_path: Path) -> None:
    now = tmp_path / "now"

    def behave(connection: object) -> None:
        flood = flooding(OK + b"\r\n") if now.exists() else answering()
        flood(connection)  # type: ignore[arg-type]

    with listening(behave) as listener:
        modules = {"web": {"prober": "http"}}
        target = {"module": "web", "target": listener.url()}
        environment = probed(tmp_path / "environment", modules, [target])
        asked = [sys.executable, "-c", MEMORY, str(environment.folder), str(now)]
        done = subprocess.run(asked, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    kilobytes = int(done.stdout)
    assert kilobytes < 10 * 2048, "the bodies of ten targets, and as much again"


def test_names_and_databases_that_hang_hold_nobody_up() -> None:
    together = threading.Barrier(100)

    async def all_at_once() -> None:
        await asyncio.gather(*(in_thread(lambda: together.wait(60)) for _ in range(100)))

    loop = Loop()
    loop.run_until_complete(all_at_once())
    loop.close()


def test_a_thread_that_hangs_does_not_hold_the_round() -> None:
    hanging = threading.Event()

    async def given_up() -> None:
        async with asyncio.timeout(0.1):
            await in_thread(lambda: hanging.wait(60))

    loop = Loop()
    try:
        with pytest.raises(TimeoutError):
            loop.run_until_complete(given_up())
    finally:
        hanging.set()
        loop.close()


def test_hundreds_that_hang_delay_no_other(tmp_path: Path) -> None:
    quick, hanging = Listener(answering()), Listener(silent)
    targets = [
        {"module": "web", "name": f"p{n}", "target": (quick if n % 2 else hanging).url()}
        for n in range(200)
    ]
    modules = {"web": {"prober": "http", "timeout": "5s"}}
    environment = probed(tmp_path, modules, targets)
    started = time.perf_counter()
    looks = look_at(environment, "office")
    took = time.perf_counter() - started
    assert took < 60, "one after the other, a hundred that hang took 500 s"
    assert [look.probe for look in looks] == [f"p{n}" for n in range(200)]
    for number, look in enumerate(looks):
        assert look.outcome == ("good" if number % 2 else "failed"), look
    answers = sorted(look.took for look in looks[1::2])
    assert answers[len(answers) // 2] < 3, "well before those that hang are given up"
    for listener in (quick, hanging):
        listener.close()
