"""The health addresses of the bodies: each a socket of its own, so that it can refuse alone.

They live in a thread with an event loop of its own, beside the server of the lists.
"""

import asyncio
import socket
import ssl
import threading
from collections.abc import Coroutine
from typing import Any

from sandbox.clock import Clock
from sandbox.fleet.board import Board, Order
from sandbox.fleet.certificates import Authority
from sandbox.history.local_time import DAY, OFFSET_SECONDS, naive

GOOD = '{"status": "UP", "register": "available"}'
MAINTENANCE_PAGE = "<html><body>The system is not available at the moment</body></html>"
_LATE = 3.0  # real seconds by which a slow answer comes later
_VALID = 400 * DAY
_DAYS_LEFT = 5.0  # until the end of a certificate that nobody renewed
_PATIENCE = 30.0  # real seconds after which an answer that never comes gives up


class Gate:
    """One address over plain HTTP."""

    scheme = "http"

    def __init__(self, body: str, board: Board, clock: Clock, host: str) -> None:
        self.body = body
        self._board = board
        self._clock = clock
        self._reserved = _socket(host, 0)  # holds the port while the gate is closed
        self._address: tuple[str, int] = self._reserved.getsockname()
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"{self.scheme}://{self._address[0]}:{self._address[1]}/health"

    async def follow(self) -> None:
        """Be open or closed as the present asks."""
        closed = "refused" in self._orders()
        if closed:
            self._close()
        elif self._server is None:
            await self._open(None)

    async def _open(self, context: ssl.SSLContext | None) -> None:
        listener = _socket(*self._address)
        listener.listen(128)
        self._server = await asyncio.start_server(self._answer, sock=listener, ssl=context)

    def _close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    def _orders(self) -> dict[str, Order]:
        return self._board.at(self.body, self._clock.now())

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            orders = self._orders()
            if "time_out" in orders:
                await asyncio.wait_for(reader.read(1), _PATIENCE)
                return
            if slow := orders.get("slow_answers"):
                await asyncio.sleep(slow.seconds or _LATE)
            writer.write(_response(orders))
            await writer.drain()
        except (ConnectionError, TimeoutError, asyncio.IncompleteReadError):
            return  # the reader has gone
        finally:
            writer.close()


class SecureGate(Gate):
    """One address over TLS, whose certificate is renewed in good time unless it is told not to."""

    scheme = "https"

    def __init__(
        self, body: str, board: Board, clock: Clock, host: str, authority: Authority
    ) -> None:
        super().__init__(body, board, clock, host)
        self._authority = authority
        self._usual = clock.now() + _VALID
        self._ends = 0.0

    async def follow(self) -> None:
        """Show the certificate that the present asks for."""
        order = self._orders().get("certificate")
        ends = self._usual if order is None else order.begins + (order.days or _DAYS_LEFT) * DAY
        if ends != self._ends:
            self._close()
            await self._open(self._authority.context(naive(int(ends) - OFFSET_SECONDS)))
            self._ends = ends


class Gates:
    """All gates, in a thread of their own."""

    def __init__(self, gates: list[Gate]) -> None:
        self._gates = gates
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True, name="gates").start()

    def follow(self) -> None:
        """Let each be as the present asks; returns when it is so."""
        self._run(self._follow())

    async def _follow(self) -> None:
        for gate in self._gates:
            await gate.follow()

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result()


def _socket(host: str, port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    made.bind((host, port))
    return made


def _response(orders: dict[str, Order]) -> bytes:
    status, kind, text = "200 OK", "application/json", GOOD
    if "http_500" in orders:
        status, text = "500 Internal Server Error", '{"error": "no connection to the register"}'
    elif "wrong_body" in orders:
        kind, text = "text/html", MAINTENANCE_PAGE
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(text)}\r\n"
    return f"{head}Connection: close\r\n\r\n{text}".encode()
