"""Several bodies in one process, each on a socket of its own that can stop listening."""

import asyncio
import os
import signal
import socket
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from sandbox.serving import quiet

CUT = "sandbox.cut"
"""Where a request's scope has the function that breaks its connection."""

_BACKLOG = 1024
_IDLE = 30  # seconds that a connection may stay open unused
_TICK = 0.02  # seconds between two looks at the clock
Tick = Callable[[], Awaitable[None]]


class Listener:
    """One body's socket. Closed, connections are refused, and nobody else gets the port."""

    def __init__(self, app: ASGIApp, host: str, port: int) -> None:
        self._config = uvicorn.Config(
            _breakable(app),
            http="h11",
            ws="none",
            lifespan="off",
            log_level="error",
            timeout_keep_alive=_IDLE,
            proxy_headers=False,
        )
        self._config.load()
        self._state = ServerState()
        self._held = _bound((host, port), alone=True)
        self._address: tuple[str, int] = self._held.getsockname()
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{self._address[0]}:{self._address[1]}"

    async def listen(self, wanted: bool) -> None:
        """Answer, or refuse every connection and break those that stand."""
        if wanted and self._server is None:
            listener = _bound(self._address)
            loop = asyncio.get_running_loop()
            self._server = await loop.create_server(self._protocol, sock=listener, backlog=_BACKLOG)
        elif not wanted and self._server is not None:
            self._server.close()
            self._server = None
            for connection in list(self._state.connections):
                connection.transport.abort()

    def _protocol(self) -> H11Protocol:
        return H11Protocol(self._config, self._state, {})


async def run(listeners: Sequence[Listener], tick: Tick, ready: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT, calling `tick` all the time; its exception ends the server."""
    quiet()
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    for listener in listeners:
        await listener.listen(True)
    ready()
    while not ended.is_set():
        await tick()
        await asyncio.sleep(_TICK)
    for listener in listeners:
        await listener.listen(False)


def ready_line(name: str, url: str) -> str:
    """`name address pid`, which says that a body answers."""
    return f"{name} {url} {os.getpid()}"


def _breakable(app: ASGIApp) -> ASGIApp:
    """The application, whose requests know how to break their connection without a word."""

    async def outer(scope: Scope, receive: Receive, send: Send) -> None:
        cycle: Any = send
        scope[CUT] = cycle.__self__.transport.abort
        await app(scope, receive, send)

    return outer


def _bound(address: tuple[str, int], alone: bool = False) -> socket.socket:
    """A socket on this address; with `alone` only if nobody else is there.

    Raises:
        OSError: the port is taken.
    """
    # With the protocol named, asyncio turns Nagle's algorithm off: else answers wait for 40 ms.
    if alone and address[1]:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    made.bind(address)
    return made
