"""`python -m console.web ENVIRONMENT PORT [SOCKET]`: serve the web application."""

import ctypes
import gc
import os
import socket
import sys
from contextlib import suppress
from importlib.metadata import version

HOST_VARIABLE = "TEREZE_WEB_HOST"
LOOPBACK = "127.0.0.1"
ARENAS = 2
"""Parts of memory that threads share; by itself glibc makes eight for each core, each its own."""
_M_ARENA_MAX = -8


def serve(named: str, port: int, inherited: int | None = None) -> None:
    """Serve until SIGTERM, or until the process that started this one has gone.

    Listens on loopback unless TEREZE_WEB_HOST says otherwise, or on the inherited socket.
    """
    import uvicorn

    from console.web.app import create_app
    from deployments import lifeline
    from flows.environment import choose, open_environment

    lifeline.hold()
    os.environ.setdefault("PGCONNECT_TIMEOUT", "3")  # seconds; libpq's own is minutes
    app = create_app(open_environment(choose(named)), version("tereze"))
    host = os.environ.get(HOST_VARIABLE, LOOPBACK)
    config = uvicorn.Config(app, host=host, port=port, timeout_keep_alive=65, log_level="warning")
    _settle()
    sockets = None if inherited is None else [socket.socket(fileno=inherited)]
    uvicorn.Server(config).run(sockets=sockets)


def _settle() -> None:
    """What stands now stays: it is not looked through for garbage, and memory is in few parts."""
    with suppress(AttributeError):  # where the C library is another, memory is parted otherwise
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, ARENAS)
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 10, 10)


if __name__ == "__main__":
    serve(sys.argv[1], *(int(word) for word in sys.argv[2:4]))
