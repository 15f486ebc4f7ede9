"""The HTTP application of the fleet: control, lists and documents."""

import asyncio
from collections.abc import Callable
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.fleet.documents import document
from sandbox.fleet.fleet import Fleet
from sandbox.fleet.kinds import bodies_with
from sandbox.fleet.lists import Refused
from sandbox.history.local_time import parse
from sandbox.xroad_monitoring.messages import MULTIPART


class App:
    """What the fleet answers on its main address."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet

    def app(self) -> Starlette:
        """The ASGI application."""
        return Starlette(
            routes=[
                Route("/", self._about),
                Route("/control/faults", self._faults, methods=["GET", "POST", "DELETE"]),
                Route("/control/visible", self._visible, methods=["POST"]),
                Route("/control/clock", self._clock, methods=["GET", "POST"]),
                Route("/monitoring", self._monitoring, methods=["POST"]),
                Route("/{body}/applications", self._list),
                Route("/{body}/openapi.json", self._document),
            ]
        )

    async def _about(self, request: Request) -> Response:
        url = f"{request.url.scheme}://{request.url.netloc}"
        return JSONResponse(self._fleet.about(url) | self._fleet.clock.as_json())

    async def _faults(self, request: Request) -> Response:
        if request.method == "POST":
            return await _changed(request, self._fleet.order)
        if request.method == "DELETE":
            return JSONResponse({"withdrawn": await asyncio.to_thread(self._fleet.clear)})
        return JSONResponse({"orders": [self._fleet.told(o) for o in self._fleet.board.all()]})

    async def _visible(self, request: Request) -> Response:
        return await _changed(request, self._fleet.foresee)

    async def _clock(self, request: Request) -> Response:
        if request.method == "POST":
            return await _changed(request, self._set_clock)
        return JSONResponse(self._fleet.clock.as_json())

    def _set_clock(self, order: dict[str, Any]) -> dict[str, object]:
        now = order.get("now")
        at = None if now is None else parse(str(now))
        self._fleet.clock.set(at, ahead=float(order.get("ahead", 0)))
        self._fleet.follow()
        return self._fleet.clock.as_json()

    async def _monitoring(self, request: Request) -> Response:
        try:
            body = self._fleet.monitoring.answer(await request.body())
        except ValueError as error:
            return _wrong(400, str(error))
        return Response(body, media_type=MULTIPART)

    async def _list(self, request: Request) -> Response:
        listed = self._fleet.lists.get(request.path_params["body"])
        if listed is None:
            return _wrong(404, "no such list")
        try:
            return Response(
                orjson.dumps(listed.page(request.query_params)), media_type="application/json"
            )
        except ValueError as error:
            return _wrong(400, str(error))
        except Refused:
            return _wrong(500, "no connection to the register")

    async def _document(self, request: Request) -> Response:
        body = request.path_params["body"]
        if body not in bodies_with("document"):
            return _wrong(404, "no such document")
        orders = self._fleet.board.at(body, self._fleet.clock.now())
        return JSONResponse(document(body, drifted="drifted_document" in orders))


async def _changed(request: Request, change: Callable[[dict[str, Any]], Any]) -> Response:
    """Apply a change that was sent as JSON; 400 with the reason if it is not understood."""
    try:
        order = orjson.loads(await request.body())
        if not isinstance(order, dict):
            raise ValueError("a JSON object is expected")
        return JSONResponse(await asyncio.to_thread(change, order), status_code=201)
    except ValueError as error:
        return _wrong(400, str(error))


def _wrong(status: int, error: str) -> Response:
    return JSONResponse({"error": error}, status_code=status)
