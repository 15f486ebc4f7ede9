"""The server's application: the protocol at `/`, and control endpoints for whoever tests."""

import asyncio
import gzip
import time
from collections.abc import AsyncIterator
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from sandbox.serving import CutOff
from sandbox.xroad_monitoring import messages
from sandbox.xroad_monitoring.orders import Order, Orders
from sandbox.xroad_monitoring.shelf import AVAILABLE_AFTER, Shelf

_BOMB = 64 << 20


class SecurityServer:
    """One security server; its clock is the wall's unless it was set."""

    def __init__(self, shelf: Shelf, now: int | None = None) -> None:
        self.shelf = shelf
        self.orders = Orders()
        self._now = now

    def app(self) -> Starlette:
        """The application."""
        return Starlette(
            routes=[
                Route("/", self._answer, methods=["POST"]),
                Route("/control/records", self._records, methods=["POST", "DELETE"]),
                Route("/control/clock", self._clock, methods=["POST"]),
                Route("/control/faults", self._faults, methods=["GET", "POST", "DELETE"]),
            ]
        )

    async def _records(self, request: Request) -> Response:
        if request.method == "DELETE":
            return JSONResponse({"taken_away": self.shelf.clear()})
        raw = await request.body()
        if request.headers.get("content-encoding") == "gzip":
            raw = gzip.decompress(raw)
        try:
            return JSONResponse({"records": self.shelf.add(orjson.loads(raw)["records"])}, 201)
        except (ValueError, KeyError, TypeError) as error:
            return JSONResponse({"error": str(error)}, 400)

    async def _clock(self, request: Request) -> Response:
        self._now = int(orjson.loads(await request.body())["now"])
        return JSONResponse({"now": self._now}, 201)

    async def _faults(self, request: Request) -> Response:
        if request.method == "GET":
            return JSONResponse({"active": self.orders.active()})
        if request.method == "DELETE":
            return JSONResponse({"withdrawn": self.orders.clear()})
        try:
            return JSONResponse(self.orders.add(orjson.loads(await request.body())), 201)
        except (ValueError, TypeError) as error:
            return JSONResponse({"error": str(error)}, 400)

    async def _answer(self, request: Request) -> Response:
        try:
            asked = messages.question(await request.body())
        except ValueError as error:
            return _fault("Client.InvalidRequest", str(error))
        now = int(time.time()) if self._now is None else self._now
        struck = self.orders.strike()
        if refused := await self._refused(struck):
            return refused
        if asked.first >= now - AVAILABLE_AFTER:
            words = f"Records not available from {asked.first} yet"
            return _fault("Client.InvalidRequest", words)
        if asked.last < asked.first:
            words = "Records to timestamp is earlier than records from timestamp"
            return _fault("Client.InvalidRequest", words)
        body = await asyncio.to_thread(self._page, asked, now, struck)
        if "cut_off" in struck:
            return StreamingResponse(_half(body), media_type=messages.MULTIPART)
        return Response(body, media_type=messages.MULTIPART)

    async def _refused(self, struck: dict[str, Order]) -> Response | None:
        if "slow" in struck:
            await asyncio.sleep(struck["slow"].seconds)
        if "drip" in struck:
            return StreamingResponse(_drip(), media_type=messages.MULTIPART)
        if "500" in struck:
            return Response("<h1>Internal error</h1>", 500, media_type="text/html")
        if "fault" in struck:
            return _fault(struck["fault"].code, struck["fault"].words)
        if "doctype" in struck:
            raw = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
            return Response(raw, media_type=messages.XML)
        return None

    def _page(self, asked: messages.Question, now: int, struck: dict[str, Any]) -> bytes:
        page = self.shelf.page(asked.first, asked.last, now)
        records = [] if "gap" in struck else page.records
        if "twice" in struck:
            records = [record for record in records for _ in range(2)]
        if "out_of_order" in struck:
            records = records[::-1]
        attachment = messages.packed(records)
        if "no_gzip" in struck:
            attachment = b"these are no records"
        if "bomb" in struck:
            attachment = gzip.compress(bytes(_BOMB), compresslevel=1)
        return messages.answer(
            asked,
            len(records) + ("count" in struck),
            attachment,
            asked.first if "stuck" in struck else page.next_from,
            "another" if "wrong_attachment" in struck else messages.CID,
        )


def _fault(code: str, words: str) -> Response:
    return Response(messages.fault(code, words), 500, media_type=messages.XML)


async def _half(body: bytes) -> AsyncIterator[bytes]:
    yield body[: len(body) // 2]
    raise CutOff


async def _drip() -> AsyncIterator[bytes]:
    while True:
        yield b"-"
        await asyncio.sleep(0.05)
