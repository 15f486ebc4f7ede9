"""Serve a body's application on a socket and say so in one line once it answers."""

import asyncio
import logging
import os
import signal
import socket
from collections.abc import Callable
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

_TICK = 0.2  # seconds between two looks at the clock
_GRACE = 1  # seconds that a hanging answer may go on after SIGTERM


class CutOff(Exception):
    """Raised in the middle of an answer to make the server close the connection."""


class _WithoutCutOff(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        """Leave out the connections that were broken on purpose."""
        return not (record.exc_info and isinstance(record.exc_info[1], CutOff))


class _Server(uvicorn.Server):
    """Says that it is ready, and ticks."""

    def __init__(self, config: uvicorn.Config, ready: str, tick: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready
        self._tick = tick

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start listening, then print the ready line."""
        await super().startup(sockets)
        print(self._ready, flush=True)

    async def ticking(self) -> None:
        """Let the body follow the clock until the server ends."""
        while not self.should_exit:
            await asyncio.to_thread(self._tick)
            await asyncio.sleep(_TICK)


def serve(name: str, app: ASGIApp, host: str, port: int, tick: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT; port 0 takes a free one.

    Prints `name address pid` when it answers. An exception of `tick` ends the server.

    Raises:
        OSError: the port is taken.
    """
    # With the protocol named, asyncio turns Nagle's algorithm off: else answers wait for 40 ms.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        address = f"http://{host}:{listener.getsockname()[1]}"
        config = uvicorn.Config(
            app,
            http="h11",
            loop="asyncio",
            ws="none",
            lifespan="off",
            log_level="error",
            timeout_graceful_shutdown=_GRACE,
        )
        quiet()
        server = _Server(config, f"{name} {address} {os.getpid()}", tick)
        _end_in_order(server)
        asyncio.run(_run(server, listener))


def quiet() -> None:
    """Leave connections that are broken on purpose out of the log."""
    logging.getLogger("uvicorn.error").addFilter(_WithoutCutOff())


def _end_in_order(server: uvicorn.Server) -> None:
    """Let a signal end the server only: uvicorn raises it again when it has stopped, and the
    default would kill the process before the body could put things right."""

    def end(_number: int, _frame: FrameType | None) -> None:
        server.should_exit = True

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)


async def _run(server: _Server, listener: socket.socket) -> None:
    ticking = asyncio.create_task(server.ticking())
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    await asyncio.wait({ticking, serving}, return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    await serving
    await ticking
