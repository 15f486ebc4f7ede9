"""The control endpoints that every stand-in body has: faults, clock and truth.

They belong to whoever tests, not to the body, so they ask for no key.
"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from sandbox.clock import Clock
from sandbox.faults.board import FaultBoard
from sandbox.faults.fault import Fault
from sandbox.history.local_time import parse
from sandbox.truth import Truth

_PART = 2_000  # rows sent at once


def _nothing(_fault: Fault) -> None:
    return None


@dataclass(frozen=True)
class Control:
    """What the control endpoints work on.

    `ordered` and `withdrawn` are called with each fault that comes or goes, for bodies that have
    to do something at once; `moved` after the clock was set. A body that has a ledger has no
    other truth.
    """

    body: str
    clock: Clock
    board: FaultBoard
    truth: Truth | None = None
    ordered: Callable[[Fault], None] = _nothing
    withdrawn: Callable[[Fault], None] = _nothing
    moved: Callable[[], None] = lambda: None

    def routes(self) -> list[Route]:
        """Routes for a Starlette application."""
        routes = [
            Route("/", self._about),
            Route("/control/faults", self._faults, methods=["GET", "POST", "DELETE"]),
            Route("/control/clock", self._clock, methods=["GET", "POST"]),
        ]
        return routes if self.truth is None else [*routes, *_truth(self.truth, self.clock)]

    async def _about(self, _request: Request) -> Response:
        return JSONResponse({"body": self.body, **self.clock.as_json()})

    async def _faults(self, request: Request) -> Response:
        if request.method == "POST":
            return await self._changed(request, self._order)
        if request.method == "DELETE":
            number = request.query_params.get("id")
            gone = self.board.clear(int(number) if number else None)
            await asyncio.to_thread(self._withdraw, gone)
            return JSONResponse({"withdrawn": [fault.as_json() for fault in gone]})
        active = self.board.active(self.clock.now())
        return JSONResponse({"active": [fault.as_json() for fault in active]})

    async def _clock(self, request: Request) -> Response:
        if request.method == "POST":
            return await self._changed(request, self._set_clock)
        return JSONResponse(self.clock.as_json())

    async def _changed(self, request: Request, change: Callable[[Any], Any]) -> Response:
        """Apply a change that was sent as JSON; 400 with the reason if it is not understood."""
        try:
            order = orjson.loads(await request.body())
            if not isinstance(order, dict):
                raise ValueError("a JSON object is expected")
            return JSONResponse(await asyncio.to_thread(change, order), status_code=201)
        except ValueError as error:
            return JSONResponse({"error": str(error)}, status_code=400)

    def _order(self, order: dict[str, Any]) -> dict[str, Any]:
        fault = self.board.add(order)
        try:
            self.ordered(fault)
        except ValueError:
            self.board.clear(fault.id)
            raise
        return fault.as_json()

    def _withdraw(self, faults: list[Fault]) -> None:
        for fault in faults:
            self.withdrawn(fault)

    def _set_clock(self, order: dict[str, Any]) -> dict[str, object]:
        if unknown := set(order) - {"now", "speed", "ahead"}:
            raise ValueError(f"unknown keys: {', '.join(sorted(unknown))}")
        now, speed = order.get("now"), order.get("speed")
        self.clock.set(
            None if now is None else parse(str(now)),
            None if speed is None else float(speed),
            float(order.get("ahead", 0)),
        )
        self.moved()
        return self.clock.as_json()


def _truth(truth: Truth, clock: Clock) -> list[Route]:
    async def summary(_request: Request) -> Response:
        return Response(orjson.dumps(truth.summary(clock.now())))

    async def applications(_request: Request) -> Response:
        return _lines(truth.applications(clock.now()))

    async def struck(_request: Request) -> Response:
        return _lines(iter(truth.faults()))

    return [
        Route("/truth/summary", summary),
        Route("/truth/applications", applications),
        Route("/truth/faults", struck),
    ]


def _lines(rows: Iterator[Any]) -> Response:
    def parts() -> Iterator[bytes]:
        while some := list(islice(rows, _PART)):
            yield b"".join(orjson.dumps(row) + b"\n" for row in some)

    return StreamingResponse(parts(), media_type="application/x-ndjson")
