"""Start work in the background, one of a kind at a time, and follow how it goes."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, Engine, text

from console.web.background.works import Job, Work
from deployments import lifeline
from flows import runs
from flows.hold import held
from models.environment.loader import Environment
from models.errors import CouldNotRun

LOCK = 7_391_530
MOST = 3
"""At once: each is a process, and holds two connections."""
PATIENCE = 10.0
"""Seconds in which the database writes that it begins."""
_LAST = """
    SELECT state, actor, sentence, started_at, ended_at FROM job_runs
    WHERE job = :job AND subject = :subject ORDER BY started_at DESC, id DESC LIMIT 1
"""


@dataclass(frozen=True)
class Progress:
    """How many are done, and of how many, where that is known."""

    done: int
    of: int | None


@dataclass(frozen=True)
class Last:
    """The last run of a piece of work: going on, or over with its sentence."""

    state: str
    actor: str
    sentence: str | None
    started_at: datetime
    ended_at: datetime | None
    progress: Progress | None

    @property
    def goes_on(self) -> bool:
        """Whether it has not ended yet."""
        return self.state == "running"


class Background:
    """The work that this process has started."""

    def __init__(self) -> None:
        self._places = threading.BoundedSemaphore(MOST)
        self._progress: dict[tuple[str, str], Progress] = {}
        self._threads: set[threading.Thread] = set()
        self._children: set[subprocess.Popen[str]] = set()
        self._stopped = False

    def start(self, engine: Engine, environment: Environment, work: Work) -> bool:
        """Begin it; False where the same is going on already. It is on record on return.

        Raises:
            CouldNotRun: too much is going on.
        """
        if not self._places.acquire(blocking=False):
            raise CouldNotRun(
                "Starting work in the background",
                f"{MOST} others are going on",
                "Try again when one of them has ended",
            )
        begun: Future[bool] = Future()
        thread = threading.Thread(
            target=self._work, args=(engine, environment, work, begun), daemon=True
        )
        self._threads.add(thread)
        thread.start()
        try:
            return begun.result(PATIENCE)
        except TimeoutError as error:
            raise CouldNotRun(
                "Starting work in the background",
                f"the database did not take it in {PATIENCE:.0f} seconds",
                "See whether it began before you start it again",
            ) from error

    def last(self, connection: Connection, job: Job, subject: str) -> Last | None:
        """The last run of this work, whoever started it; None where there was none."""
        row = connection.execute(text(_LAST), {"job": job, "subject": subject}).one_or_none()
        if row is None:
            return None
        return Last(**row._mapping, progress=self._progress.get((job, subject)))

    def stop(self) -> None:
        """End what goes on; it is on record as interrupted."""
        self._stopped = True
        for child in list(self._children):
            child.terminate()
        for thread in list(self._threads):
            thread.join(PATIENCE)

    def _work(
        self, engine: Engine, environment: Environment, work: Work, begun: "Future[bool]"
    ) -> None:
        try:
            with _recorded(engine, environment, work) as run:
                begun.set_result(run is not None)
                if run is not None:
                    self._follow(environment, work, run)
        except Exception as error:  # whatever it was, the one who waits for the beginning is told
            if begun.done():
                raise  # the log of the server says what it was, `job_runs` that it failed
            begun.set_exception(error)
        finally:
            self._progress.pop((work.job, work.subject), None)
            self._places.release()
            self._threads.discard(threading.current_thread())

    def _follow(self, environment: Environment, work: Work, run: runs.Run) -> None:
        command = [sys.executable, "-m", "console.web.background", str(environment.folder)]
        command += [work.actor, work.job, work.subject, *map(str, work.ids)]
        ours = {**os.environ, lifeline.PARENT: str(os.getpid())}
        with subprocess.Popen(
            command, env=ours, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
        ) as child:
            self._children.add(child)
            if self._stopped:
                child.terminate()
            self._hear(child, work, run)
            self._children.discard(child)

    def _hear(self, child: "subprocess.Popen[str]", work: Work, run: runs.Run) -> None:
        assert child.stdout is not None, "it was asked for"
        for line in child.stdout:
            said = json.loads(line)
            if "done" in said:
                self._progress[work.job, work.subject] = Progress(**said)
            else:
                run.says(cast(runs.State, said["state"]), said["sentence"])


@contextmanager
def _recorded(engine: Engine, environment: Environment, work: Work) -> Iterator[runs.Run | None]:
    """The run's record while it is ours; None where the same is going on already."""
    with held(engine, LOCK, f"{environment.name}/{work.job}/{work.subject}") as ours:
        if not ours:
            yield None
            return
        run = runs.Run(environment.name, work.job, work.subject, work.actor)
        with runs.recorded(engine, run):
            yield run
