"""Parts of one work done in forked processes, their results in the order of the parts.

What the work needs is inherited by the fork and never copied or sent; only results are. The pools
of the standard library do not fit: one waits for ever when a worker is killed, the other leaves
its workers behind when the caller is killed.
"""

import gc
import multiprocessing
import os
import signal
import threading
import traceback
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from multiprocessing.sharedctypes import Synchronized
from typing import TypeVar

from models.errors import CouldNotRun

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
"""The processors that this process may use."""
Result = TypeVar("Result")


def in_order(work: Callable[[int], Result], parts: int, workers: int = CORES) -> Generator[Result]:
    """`work(0)`, `work(1)` and so on, `parts` of them, in this order.

    They are done in this process where one worker is enough, where the platform does not fork, or
    where another thread runs: a fork could inherit a lock that nobody would open again. All
    workers have ended when the iterator has, also where it is closed or raises.

    Raises:
        CouldNotRun: a worker was ended from outside. What the work raises comes as it is.
    """
    workers = min(workers, parts)
    forks = "fork" in multiprocessing.get_all_start_methods() and threading.active_count() == 1
    if workers < 2 or not forks:
        yield from map(work, range(parts))
        return
    early: dict[int, Result] = {}
    with closing(_as_done(work, parts, workers)) as done:
        for due in range(parts):
            while due not in early:
                part, result = next(done)
                early[part] = result
            yield early.pop(due)


@contextmanager
def uncollected() -> Iterator[None]:
    """No search for cycles meanwhile: it takes a third of the time where much is made to be kept.

    For a single thread, and for what makes few cycles.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _as_done(
    work: Callable[[int], Result], parts: int, workers: int
) -> Generator[tuple[int, Result]]:
    """The results as they come, from processes that each take the next part."""
    context = multiprocessing.get_context("fork")
    taken = context.Value("q", 0)
    running: dict[Connection, BaseProcess] = {}
    try:
        for _ in range(workers):
            reader, writer = context.Pipe(duplex=False)
            worker = context.Process(target=_serve, args=(work, parts, taken, reader, writer))
            worker.start()
            running[reader] = worker
            writer.close()  # the worker has the only other one, so that its end is seen here
        while running:
            ready = wait(list(running))
            for each in [reader for reader in running if reader in ready]:
                yield from _received(running, each)
    finally:
        for left in running.values():
            left.terminate()
        for left in running.values():
            left.join()


def _received(
    running: dict[Connection, BaseProcess], ready: Connection
) -> Iterator[tuple[int, Result]]:
    try:
        came = ready.recv()
    except EOFError:
        worker = running[ready]
        worker.join()
        if worker.exitcode:
            raise _ended(worker.exitcode) from None
        del running[ready]
    else:
        if isinstance(came, Exception):
            raise came
        yield came


def _ended(exitcode: int) -> CouldNotRun:
    how = signal.Signals(-exitcode).name if exitcode < 0 else f"exit code {exitcode}"
    next_step = "See whether the machine ran out of memory, and run it again; nothing was written"
    return CouldNotRun("Working in several processes", f"one was ended with {how}", next_step)


def _serve(
    work: Callable[[int], object], parts: int, taken: "Synchronized[int]",
    reader: Connection, writer: Connection,
) -> None:  # fmt: skip
    """Work on the next part until none is left, in a process that was forked for it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of Ctrl-C the caller tells
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    reader.close()  # so that writing fails when the caller is no more
    gc.freeze()  # looking through what was inherited would copy it
    gc.disable()  # it takes a tenth of the time; what a part leaves is collected after it
    while (part := _next(taken)) < parts:
        gc.collect()
        came: object
        try:
            came = part, work(part)
        except Exception as error:  # sent to the caller, who raises it
            error.add_note(f"In a worker:\n{traceback.format_exc()}")
            came = error
        try:
            writer.send(came)
        except BrokenPipeError:
            return


def _next(taken: "Synchronized[int]") -> int:
    with taken.get_lock():
        part = taken.value
        taken.value += 1
    return part
