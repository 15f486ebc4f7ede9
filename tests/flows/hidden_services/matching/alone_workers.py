"""Forked workers: the same in the same order, and nothing of them is left behind."""

import gc
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from functools import partial

import pytest

from flows.hidden_services.matching.workers import in_order, uncollected
from models.errors import ConfigurationError, CouldNotRun

pytestmark = pytest.mark.skipif(
    "fork" not in multiprocessing.get_all_start_methods(), reason="the platform does not fork"
)

PROGRAM = """
import multiprocessing, os, time
from flows.hidden_services.matching.workers import in_order

both = multiprocessing.get_context("fork").Barrier(2)

def work(part):
    os.write(1, f"{os.getpid()}\\n".encode())
    if part < 2:
        both.wait(60)
    time.sleep(1)
    return "x" * 1_000_000

for _ in in_order(work, 100, 2):
    pass
"""


def pid(_: int) -> int:
    """The process that the part was done in."""
    return os.getpid()


@pytest.mark.parametrize("workers", [1, 2, 3, 50])
@pytest.mark.parametrize("parts", [0, 1, 2, 7])
def test_in_the_order_of_the_parts(parts: int, workers: int) -> None:
    def work(part: int) -> tuple[int, str]:
        time.sleep(0.01 * (parts - part))  # the first is done last
        return part, "large" * 100_000

    assert list(in_order(work, parts, workers)) == [(n, "large" * 100_000) for n in range(parts)]
    assert not multiprocessing.active_children()


def test_processes_of_its_own_where_there_is_work_for_them() -> None:
    both = multiprocessing.get_context("fork").Barrier(2)

    def together(part: int) -> int:
        if part < 2:
            both.wait(60)  # neither goes on before the other has begun
        return os.getpid()

    several = set(in_order(together, 10, 2))
    assert len(several) == 2
    assert os.getpid() not in several
    assert set(in_order(pid, 1, 2)) == set(in_order(pid, 5, 1)) == {os.getpid()}


def test_no_fork_beside_another_thread() -> None:
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    try:
        assert set(in_order(pid, 4, 2)) == {os.getpid()}
    finally:
        done.set()
        other.join()


def test_an_error_comes_as_it_is_with_its_place() -> None:
    def work(part: int) -> int:
        if part == 2:
            raise ConfigurationError("Working", "part 2", "Leave it out")
        return part

    results = in_order(work, 100, 2)
    with pytest.raises(ConfigurationError, match="part 2") as caught:
        list(results)
    assert "in work" in caught.value.__notes__[0]
    assert not multiprocessing.active_children()


def test_a_killed_worker_is_told() -> None:
    def work(part: int) -> int:
        if part == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return part

    with pytest.raises(CouldNotRun, match="SIGKILL"):
        list(in_order(work, 20, 2))
    assert not multiprocessing.active_children()


def test_a_result_that_cannot_be_sent_is_told() -> None:
    with pytest.raises(CouldNotRun, match="exit code 1"):
        list(in_order(lambda part: lambda: part, 4, 2))


def test_closed_before_its_end() -> None:
    results = in_order(pid, 1_000, 2)
    next(results)
    assert len(multiprocessing.active_children()) == 2
    results.close()
    assert not multiprocessing.active_children()


def test_collecting_goes_on_as_it_was() -> None:
    with uncollected():
        with uncollected():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError), uncollected():
        _ = 1 / 0
    assert gc.isenabled()


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_the_caller_is_stopped(by: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        # A shell's background jobs ignore Ctrl-C, and so would all that they start.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    ) as caller:
        assert caller.stdout is not None
        workers = {int(caller.stdout.readline()) for _ in range(2)}
        assert len(workers) == 2
        caller.send_signal(by)
        assert caller.wait(60) == -by
        caller.communicate(timeout=60)  # only ends when no worker holds the stream any more
