"""Run the land registry's stand-in: fill the database, follow the clock, fail when told."""

import sys
import threading
from collections.abc import Iterator

from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.body import Settings
from sandbox.clock import Clock
from sandbox.control import Control
from sandbox.documents import wsdl
from sandbox.faults.board import FaultBoard
from sandbox.faults.fault import FIELD_KINDS, Fault
from sandbox.history.local_time import DAY
from sandbox.history.profiles import LAND_REGISTRY
from sandbox.history.world import World
from sandbox.land_registry import faults
from sandbox.land_registry.store import Store
from sandbox.land_registry.table import Record, changed_between, index_of, records
from sandbox.serving import serve
from sandbox.truth import Truth

WSDL = "/wsdl"
_XML = "text/xml"
_LOCKED = 10.0  # seconds for the readers that are at it to leave the table


class LandRegistry:
    """One stand-in: its database follows the clock by `tick`."""

    def __init__(self, world: World, clock: Clock, truth: Truth, store: Store) -> None:
        self._world = world
        self._clock = clock
        self._truth = truth
        self._store = store
        self._lock = threading.RLock()
        self._spoilt: dict[int, list[int]] = {}
        self._undo: dict[int, str] = {}
        self._locks: dict[int, tuple[threading.Event, threading.Thread]] = {}
        self._held: set[int] = set()
        self._until = 0
        self.board = FaultBoard(faults.KINDS, world.seed)

    def create(self) -> None:
        """Make the table and fill it with everything up to now."""
        self._store.create()
        now = self._clock.now()
        self._store.fill(self._all(now))
        self._until = now

    def app(self) -> Starlette:
        """The control endpoints."""
        control = Control(
            LAND_REGISTRY.name,
            self._clock,
            self.board,
            self._truth,
            ordered=self._ordered,
            withdrawn=self._withdrawn,
            moved=self.tick,
        )
        described = [Route(WSDL, self._wsdl), Route(f"/{wsdl.SCHEMA}", self._schema)]
        return Starlette(routes=[*described, *control.routes()])

    async def _wsdl(self, request: Request) -> Response:
        return Response(wsdl.wsdl(str(request.url)), media_type=_XML)

    async def _schema(self, _request: Request) -> Response:
        active = self.board.active(self._clock.now())
        bent = [fault for fault in active if fault.path == WSDL]
        return Response(wsdl.schema(bent), media_type=_XML)

    def tick(self) -> None:
        """Follow the clock; where the database is away, say so and go on when it is back."""
        try:
            self.follow()
        except OperationalError as error:
            print(f"land_registry: the database is away: {error.orig}", file=sys.stderr, flush=True)

    def follow(self) -> None:
        """Bring the table up to the clock, unless a fault holds it; end what is over.

        Raises:
            OperationalError: the database is away; nothing is lost, the next call does it all.
        """
        now = self._clock.now()
        with self._lock:
            for fault in self.board.expired(now):
                self.board.clear(fault.id)
                self._withdrawn(fault)
            self._truth.catch_up(now)
            if self._held or self._undo or self._locks:
                return
            changed = changed_between(self._world, self._until, now)
            if len(changed):
                self._store.put(records(self._world, changed, now))
            self._until = now

    def close(self) -> None:
        """Undo what is still broken and let go of the database."""
        for fault in self.board.clear():
            self._withdrawn(fault)
        self._store.close()
        self._truth.close()

    def _all(self, now: int) -> Iterator[Record]:
        return records(self._world, changed_between(self._world, 0, now), now)

    def _ordered(self, fault: Fault) -> None:
        if fault.path == WSDL and fault.kind in FIELD_KINDS:  # of the document, not the table
            return
        faults.check(fault, self._store)
        now = self._clock.now()
        with self._lock:
            if self._undo or self._locks or self._held:
                raise ValueError("a fault holds the table; withdraw it before ordering another")
            numbers, detail = self._commit(fault, now)
        self._truth.fault(fault, now, "database", numbers, detail)

    def _commit(self, fault: Fault, now: int) -> tuple[list[int], str]:
        """Do it; the numbers of the rows it spoilt and what there is to say."""
        if fault.kind in faults.ROWS:
            self._spoilt[fault.id] = faults.spoil(fault, self._store, now)
            return self._spoilt[fault.id], ""
        if fault.kind in faults.STRUCTURE:
            statement, undo = faults.structure(fault, self._store)
            self._store.run(statement)
            self._undo[fault.id] = undo
            return [], statement
        if fault.kind == "cut_off":
            return [], f"{faults.cut_readers(self._store)} connections broken"
        if fault.kind == "time_out":
            self._start_lock(fault)
            return [], "table locked"
        return self._move(fault, now) if fault.kind == "moving_rows" else self._hold(fault, now)

    def _start_lock(self, fault: Fault) -> None:
        held, withdrawn = threading.Event(), threading.Event()
        events = (fault, held, withdrawn)
        thread = threading.Thread(target=self._lock_table, args=events, daemon=True)
        self._locks[fault.id] = (withdrawn, thread)
        thread.start()
        held.wait(_LOCKED)

    def _lock_table(self, fault: Fault, held: threading.Event, withdrawn: threading.Event) -> None:
        faults.hold_lock(fault, self._store, held, withdrawn)
        self._locks.pop(fault.id, None)

    def _move(self, fault: Fault, now: int) -> tuple[list[int], str]:
        """The rows changed longest ago count as changed now."""
        first = self._store.first(fault.count or 1)
        numbers = [int(row["request_no"]) for row in first]
        self._store.put(faults.changed(first, now))
        return numbers, "moved to the end"

    def _hold(self, fault: Fault, now: int) -> tuple[list[int], str]:
        """The table as it was a day before, or without rows, until the fault is withdrawn."""
        self._held.add(fault.id)
        then = now - DAY if fault.kind == "yesterday" else self._world.start - 1
        self._store.put(self._all(then), anew=True)
        return [], f"{self._store.count()} rows shown"

    def _withdrawn(self, fault: Fault) -> None:
        """Undo it: spoilt rows are put right as a change made now."""
        now = self._clock.now()
        with self._lock:
            if undo := self._undo.pop(fault.id, None):
                self._store.run(undo)
            if fault.id in self._locks:
                withdrawn, thread = self._locks[fault.id]
                withdrawn.set()
                thread.join()
            if numbers := self._spoilt.pop(fault.id, None):
                rows = list(records(self._world, index_of(self._world, numbers), now))
                self._store.put(faults.changed(rows, now))
            if fault.id in self._held:
                self._held.remove(fault.id)
                self._store.put(self._all(now), anew=True)
                self._until = now


def run(settings: Settings, database_url: str) -> int:
    """Create, fill and serve until told to stop."""
    world, clock = settings.world(LAND_REGISTRY), settings.clock()
    body = LandRegistry(world, clock, settings.truth_of(world), Store(database_url))
    try:
        body.create()
        serve(LAND_REGISTRY.name, body.app(), settings.host, settings.port, body.tick)
    finally:
        body.close()
    return 0
