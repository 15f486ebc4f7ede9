"""Run the agriculture body's stand-in: drop yesterday's file once the day is over."""

import threading
from pathlib import Path

from starlette.applications import Starlette

from sandbox.agriculture import faults
from sandbox.agriculture.files import as_bytes, drop, file_name, rows_of_day
from sandbox.body import Settings
from sandbox.clock import Clock
from sandbox.control import Control
from sandbox.faults.board import FaultBoard
from sandbox.faults.fault import Fault
from sandbox.functions.regulations import drop_regulations
from sandbox.history.local_time import DAY
from sandbox.history.profiles import AGRICULTURE
from sandbox.history.world import World
from sandbox.serving import serve
from sandbox.truth import Truth

_AFTER_MIDNIGHT = 300  # seconds: the file of a day is dropped at 00:05 of the next


class Agriculture:
    """One stand-in: its folder follows the clock by `tick`."""

    def __init__(self, world: World, clock: Clock, truth: Truth, folder: Path) -> None:
        self._world = world
        self._clock = clock
        self._truth = truth
        self._folder = folder
        self._lock = threading.Lock()
        self._next = world.start
        self._hit: dict[int, list[int]] = {}
        self.board = FaultBoard(faults.KINDS, world.seed)

    def app(self) -> Starlette:
        """The control endpoints."""
        control = Control(
            AGRICULTURE.name,
            self._clock,
            self.board,
            self._truth,
            ordered=self._ordered,
            withdrawn=self._withdrawn,
            moved=self.tick,
        )
        return Starlette(routes=control.routes())

    def tick(self) -> None:
        """Drop the files of all days that are over by the clock."""
        with self._lock:
            now = self._clock.now()
            while self._next + DAY + _AFTER_MIDNIGHT <= now:
                self._drop(self._next, now)
                self._next += DAY
            self._truth.catch_up(now)

    def close(self) -> None:
        """Close the truth's file."""
        self._truth.close()

    def _drop(self, day: int, now: int) -> None:
        name = file_name(day)
        struck = self.board.strike(faults.KINDS, name, now)
        content, spoilt = faults.spoilt_file(self._world, day, struck)
        for fault in struck:
            self._hit.setdefault(fault.id, []).append(day)
            detail = "no file" if fault.kind == faults.MISSING else ""
            self._truth.fault(fault, now, name, spoilt[fault.id], detail)
        if any(fault.kind == faults.MISSING for fault in struck):
            (self._folder / name).unlink(missing_ok=True)
        else:
            drop(self._folder, name, content)

    def _ordered(self, fault: Fault) -> None:
        """A path that names files already dropped spoils those at once; else the next ones."""
        faults.check(fault)
        if not fault.path:
            return
        with self._lock:
            days = range(self._world.start, self._next, DAY)
            for day in (day for day in days if file_name(day).startswith(fault.path)):
                self._drop(day, self._clock.now())

    def _withdrawn(self, fault: Fault) -> None:
        """Drop the files that it spoilt once more, as they should have been."""
        with self._lock:
            for day in self._hit.pop(fault.id, []):
                drop(self._folder, file_name(day), as_bytes(rows_of_day(self._world, day)))


def run(settings: Settings, folder: Path) -> int:
    """Drop the files of the history and the bodies' regulations, then serve until told to stop."""
    world, clock = settings.world(AGRICULTURE), settings.clock()
    body = Agriculture(world, clock, settings.truth_of(world), folder)
    try:
        drop_regulations(folder / "regulations")
        body.tick()
        serve(AGRICULTURE.name, body.app(), settings.host, settings.port, body.tick)
    finally:
        body.close()
    return 0
