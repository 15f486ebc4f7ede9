"""A deadline for one whole answer.

A read time-out only bounds the pause between two bytes: a server that drips one byte a second,
in the headers or the body, is never late. So a timer shuts the socket down when time is up, and
the thread that reads sees a broken connection.
"""

import socket
import threading
from math import inf
from time import monotonic
from types import TracebackType
from typing import Any, Self

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.response import HTTPResponse

_watching = threading.local()


class Watchdog:
    """Breaks the connection that this thread uses inside the block when `seconds` are over.

    `sent` says whether a byte may have gone out: False means that nobody got anything.
    """

    def __init__(self, seconds: float) -> None:
        self.fired = False
        self.sent = False
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()
        self._outer: Watchdog | None = None
        self._seconds = seconds

    def watch(self, connection: socket.socket | None) -> None:
        """Break this connection from now on; at once, where time is up already."""
        with self._lock:
            self._socket = connection
            if self.fired:
                self._break()

    def fire(self) -> None:
        """Time is up."""
        with self._lock:
            self.fired = True
            self._break()

    def _break(self) -> None:
        if self._socket is not None:
            try:
                self._socket.shutdown(socket.SHUT_RDWR)
            except OSError:  # closed already, which is what was wanted
                return

    def __enter__(self) -> Self:
        self._outer = getattr(_watching, "dog", None)  # a token is fetched within a request
        _watching.dog = self
        _deadlines.add(self, monotonic() + self._seconds)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        _deadlines.remove(self)
        _watching.dog = self._outer
        with self._lock:
            self._socket = None


class _Deadlines:
    """One thread for all watchdogs: a timer for each would cost as much as the call itself."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._at: dict[Watchdog, float] = {}
        self._looks_at = inf
        self._thread: threading.Thread | None = None

    def add(self, dog: Watchdog, at: float) -> None:
        with self._changed:
            self._at[dog] = at
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._look, daemon=True)
                self._thread.start()
            elif at < self._looks_at:
                self._changed.notify()

    def remove(self, dog: Watchdog) -> None:
        with self._changed:
            self._at.pop(dog, None)

    def _look(self) -> None:
        while True:
            with self._changed:
                now = monotonic()
                late = [dog for dog, at in self._at.items() if at <= now]
                for dog in late:
                    del self._at[dog]
                self._looks_at = min(self._at.values(), default=inf)
                if not late:
                    wait = None if self._looks_at == inf else self._looks_at - now
                    self._changed.wait(wait)
            for dog in late:
                dog.fire()


_deadlines = _Deadlines()


def _watch(connection: socket.socket | None) -> None:
    dog: Watchdog | None = getattr(_watching, "dog", None)
    if dog is not None:
        dog.watch(connection)


def _about_to_send() -> None:
    dog: Watchdog | None = getattr(_watching, "dog", None)
    if dog is not None:
        dog.sent = True


class _WatchedConnection(HTTPConnection):
    _held: list[bytes] | None = None

    def request(self, *args: Any, **kwargs: Any) -> None:
        """Send head and body at once: apart they are two packets, and two waits for a turn."""
        self._held = held = list[bytes]()
        try:
            super().request(*args, **kwargs)
        finally:
            self._held = None
        self.send(b"".join(held))

    def send(self, data: Any) -> None:
        if self._held is not None:
            self._held.append(data)
            return
        if self.sock is None:
            self.connect()
        _about_to_send()
        super().send(data)

    def getresponse(self) -> HTTPResponse:  # type: ignore[override] # as urllib3 itself does
        _watch(self.sock)
        return super().getresponse()


class _WatchedSecureConnection(_WatchedConnection, HTTPSConnection):
    pass


class _WatchedPool(HTTPConnectionPool):
    ConnectionCls = _WatchedConnection


class _WatchedSecurePool(HTTPSConnectionPool):
    ConnectionCls = _WatchedSecureConnection


class WatchedAdapter(HTTPAdapter):
    """An adapter whose connections a Watchdog can break. Through a proxy it cannot."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pools with connections that tell the watchdog their socket."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "http": _WatchedPool,
            "https": _WatchedSecurePool,
        }
