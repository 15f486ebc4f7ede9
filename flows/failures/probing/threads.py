"""An event loop whose slow helpers hold nobody up: each has a thread of its own.

The standard loop asks for names in a pool of a few threads: some names that hang, and all other
targets wait. A thread that hangs is left behind when the look's time is up; it is a daemon, ends
by the time-out of what it waits for, and never keeps the process from ending.
"""

import asyncio
import socket
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from flows.failures.probing.look import ATTEMPT

Answer = TypeVar("Answer")


class Loop(asyncio.SelectorEventLoop):
    """Asks for each name in a thread of its own."""

    async def getaddrinfo(  # type: ignore[override]  # narrower than typeshed's, as it is called
        self,
        host: str,
        port: int,
        *,
        family: int = 0,
        type: int = 0,
        proto: int = 0,
        flags: int = 0,
    ) -> list[Any]:
        """The addresses of a name, as `socket.getaddrinfo` answers them."""
        attempt = ATTEMPT.get()
        attempt.doing = f"looking up the name {host}"
        found = await in_thread(lambda: socket.getaddrinfo(host, port, family, type, proto, flags))
        attempt.doing = "connecting"
        return found


async def in_thread(work: Callable[[], Answer]) -> Answer:
    """The answer of work that blocks; cancelling stops the waiting, not the work."""
    loop = asyncio.get_running_loop()
    answered: asyncio.Future[Answer] = loop.create_future()

    def settle(answer: Answer | None, error: Exception | None) -> None:
        if answered.done():  # nobody waits any more
            return
        if error is not None:
            answered.set_exception(error)
        else:
            answered.set_result(answer)  # type: ignore[arg-type]  # None where Answer is None

    def run() -> None:
        answer, error = None, None
        try:
            answer = work()
        except Exception as raised:  # handed to whoever waits for it, who raises it there
            error = raised
        try:
            loop.call_soon_threadsafe(settle, answer, error)
        except RuntimeError:  # the round is over and its loop closed: the look has timed out
            return

    threading.Thread(target=run, daemon=True, name="probe").start()
    return await answered
