"""A round of chaos from its beginning to its verdict."""

import os
import random
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import DBAPIError

from benchmarks.chaos import house
from benchmarks.chaos.bodies import Bodies
from benchmarks.chaos.checks import Checked, check
from benchmarks.chaos.people import People
from benchmarks.chaos.plan import Plan
from benchmarks.chaos.processes import DatabaseServer, Workers
from console.web.call_backs import router
from flows.environment import open_environment
from flows.prepare import prepared
from models.database import Database
from models.database.engine import DRIVER, URL_VARIABLE
from models.environment.loader import Environment

Say = Callable[[str], None]
_LEFT = """
    SELECT count(*) FROM composite_steps s JOIN composite_applications a ON a.id = s.application
    WHERE a.state <> 'ended' AND (s.state IN ('ready', 'calling', 'waiting', 'held')
        OR (s.state = 'undoing' AND s.next_at IS NOT NULL))
"""

_LAST = "SELECT coalesce(max(id), 0) FROM composite_attempts"
AT_WORK = 12.0
"""Seconds within which a worker is at work, or there is nothing to do."""


@dataclass(frozen=True)
class Outcome:
    """What a round did and found."""

    plan: Plan
    seconds: float
    worker_kills: int
    database_kills: int
    workers_ended: int
    faults: dict[str, int]
    cancelled: int
    resolved: dict[str, int]
    at_rest: bool
    checked: Checked

    @property
    def good(self) -> bool:
        """Whether everything held."""
        return self.at_rest and not self.checked.violations


def run(plan: Plan, say: Say = print, keep: Path | None = None) -> Outcome:
    """One round. Everything of it is in a folder that is deleted at the end.

    `keep` is a folder into which the logs and ledgers are copied.
    """
    folder = Path(tempfile.mkdtemp(prefix="tzc"))  # short: the path of a socket is bounded
    server = DatabaseServer(folder / "db")
    bodies = Bodies.start(folder, plan.seed)
    try:
        with _variables({URL_VARIABLE: server.start(), **bodies.variables}):
            return _Round(plan, folder, server, bodies, say).run()
    finally:
        bodies.stop()
        server.stop()
        if keep is not None:
            for name in ("ledgers", "workers.log"):
                _copy(folder / name, keep / name)
        shutil.rmtree(folder, ignore_errors=True)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    elif source.exists():
        shutil.copy(source, target)


@contextmanager
def _variables(values: dict[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def _call_backs(environment: Environment, database: Database, port: int) -> Iterator[None]:
    """Where the bodies call back: the web application's own route, in this process."""
    app = FastAPI()
    app.include_router(router)
    app.state.environment, app.state.database = environment, database
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="critical"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(10)


class _Round:
    def __init__(
        self, plan: Plan, folder: Path, server: DatabaseServer, bodies: Bodies, say: Say
    ) -> None:
        self.plan, self.folder, self.server, self.bodies, self.say = (
            plan,
            folder,
            server,
            bodies,
            say,
        )
        self.draw = random.Random(plan.seed)
        self.applied, self.healed, self.over = (threading.Event() for _ in range(3))

    def run(self) -> Outcome:
        port = _free_port()
        os.environ[house.CALL_BACKS] = f"http://127.0.0.1:{port}/call-backs"
        environment = open_environment(house.write(self.folder / "house", self.plan.lease))
        with prepared(environment, "person:chaos") as engine:
            url = make_url(self.server.url).set(drivername=DRIVER)
            database = Database(url, environment.name, environment.settings.timezone)
            workers = self._workers()
            people = People(engine, environment, self.bodies, random.Random(self.plan.seed + 1))
            with _call_backs(environment, database, port):
                workers.start()
                try:
                    return self._break_things(engine, workers, people)
                finally:
                    self.over.set()
                    workers.stop()

    def _workers(self) -> Workers:
        log = self.folder / "workers.log"
        return Workers(self.folder / "house", log, self.plan.workers, {})

    def _break_things(self, engine: Engine, workers: Workers, people: People) -> Outcome:
        began = time.monotonic()
        self.bodies.spoil(self.plan.lease)
        threads = [
            threading.Thread(target=self._applicants, args=(people,), daemon=True),
            threading.Thread(target=self._staff, args=(people,), daemon=True),
        ]
        for thread in threads:
            thread.start()
        self._kill(workers, people)
        self.applied.wait()
        self.say(f"{workers.kills + self.server.kills} kills done; coming to rest")
        self.bodies.heal()
        self.healed.set()
        threads[0].join()
        at_rest = self._settle(engine, workers)
        self.over.set()
        threads[1].join()
        at_rest = self._settle(engine, workers) and at_rest
        workers.stop()
        with engine.begin() as connection:
            checked = check(connection, people.started, list(self.bodies.deeds()))
        return Outcome(
            plan=self.plan,
            seconds=time.monotonic() - began,
            worker_kills=workers.kills,
            database_kills=self.server.kills,
            workers_ended=len(workers.ended),
            faults=dict(self.bodies.ordered),
            cancelled=len(people.cancelled),
            resolved=dict(people.resolved),
            at_rest=at_rest,
            checked=checked,
        )

    def _applicants(self, people: People) -> None:
        """All apply within the first half of the time; some change their minds on the way.

        Half of those do so before long, and half as soon as something was done for them.
        """
        draw = random.Random(self.plan.seed + 2)
        pause = self.plan.minutes * 60 / 2 / self.plan.applications
        minds: dict[str, float | None] = {}
        for composite, form in self.plan.forms():
            number = people.apply(composite, form)
            if draw.random() < self.plan.cancelled:
                soon = time.monotonic() + draw.uniform(0, 15)
                minds[number] = soon if draw.random() < 0.5 else None
            self._changed(people, minds)
            time.sleep(min(pause, 0.1))
        self.applied.set()
        while not self.healed.wait(0.2):
            self._changed(people, minds)

    def _changed(self, people: People, minds: dict[str, float | None]) -> None:
        ended, begun = people.progress([each for each, at in minds.items() if at is None])
        now = time.monotonic()
        for number, at in list(minds.items()):
            if number in ended:
                del minds[number]
            elif number in begun or (at is not None and at <= now):
                del minds[number]
                people.change_mind(number)

    def _staff(self, people: People) -> None:
        while not self.over.wait(2.0):
            people.help(self.plan.lease)

    def _kill(self, workers: Workers, people: People) -> None:
        """Kill until it is enough, or until the time is over; always in the middle of work."""
        ends, told = time.monotonic() + self.plan.minutes * 60, time.monotonic()
        kills = 0
        while kills < self.plan.kills and time.monotonic() < ends:
            workers.tend()
            self._await_work(people.engine)
            time.sleep(self.plan.every * self.draw.uniform(0, 1))
            kills += self._strike(workers)
            if self.draw.random() < 0.15:
                self.bodies.switch_off(self.draw)
            if time.monotonic() - told > 30:
                told = time.monotonic()
                self.say(f"{kills} kills, {len(people.started)} applications")

    def _strike(self, workers: Workers) -> int:
        """Kill the database, or one worker, or several at once, as when a host dies."""
        if self.draw.random() < self.plan.database:
            self.server.kill()
            return 1
        count = self.draw.randint(1, self.plan.workers)
        workers.kill(count, self.draw)
        return count

    def _await_work(self, engine: Engine) -> None:
        """Let a worker come up and make some call, for at most as long as a lease."""
        ends, before = time.monotonic() + AT_WORK, None
        while time.monotonic() < ends and not self.over.wait(0.2):
            with suppress(DBAPIError), engine.connect() as connection:
                now = connection.execute(text(_LAST)).scalar()
                if before is not None and now > before:
                    return
                before = now if before is None else before

    def _settle(self, engine: Engine, workers: Workers) -> bool:
        """Wait until nothing moves any more; False where that does not come in time."""
        ends = time.monotonic() + self.plan.settle * 60
        while time.monotonic() < ends:
            workers.tend()
            with suppress(DBAPIError), engine.connect() as connection:
                if connection.execute(text(_LEFT)).scalar_one() == 0:
                    return True
            time.sleep(1.0)
        return False


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
