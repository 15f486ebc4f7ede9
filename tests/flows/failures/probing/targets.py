"""Real listeners on loopback that behave as a test says, badly mostly."""

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Behave = Callable[[socket.socket], None]
BLOCK = b"x" * (1 << 16)
stopping = threading.Event()


class Listener:
    """Accepts on a port of its own; `behave` may be changed while it runs."""

    def __init__(
        self, behave: Behave, context: ssl.SSLContext | None = None, port: int = 0
    ) -> None:
        self.behave, self.context = behave, context
        self._socket = socket.create_server(("127.0.0.1", port), backlog=512)
        self.port: int = self._socket.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self) -> str:
        return f"localhost:{self.port}"

    def url(self, path: str = "/") -> str:
        scheme = "http" if self.context is None else "https"
        return f"{scheme}://localhost:{self.port}{path}"

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:  # closed: the test is over
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:  # the probe goes away when it has seen enough
            if self.context is not None:
                connection = self.context.wrap_socket(connection, server_side=True)
            with connection:
                self.behave(connection)

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)  # else the waiting accept takes one more
        self._socket.close()


@contextmanager
def listening(
    behave: Behave, context: ssl.SSLContext | None = None, port: int = 0
) -> Iterator[Listener]:
    listener = Listener(behave, context, port)
    try:
        yield listener
    finally:
        listener.close()


def answering(
    body: bytes = b"ok", status: int = 200, headers: str = "", after: float = 0
) -> Behave:
    """HTTP with this answer."""
    head = f"HTTP/1.1 {status} Said\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode()

    def behave(connection: socket.socket) -> None:
        connection.recv(1 << 16)
        stopping.wait(after)
        connection.sendall(head + body)

    return behave


def saying(*parts: bytes) -> Behave:
    """These bytes after what came first, whatever they are."""

    def behave(connection: socket.socket) -> None:
        connection.recv(1 << 16)
        for part in parts:
            connection.sendall(part)

    return behave


def silent(connection: socket.socket) -> None:
    """Never says anything, and does not hang up by itself for minutes."""
    connection.settimeout(300)
    while connection.recv(1 << 16):
        pass


def hanging_up(_connection: socket.socket) -> None:
    """Closes at once."""


def resetting(connection: socket.socket) -> None:
    """Breaks the connection off."""
    connection.recv(1 << 16)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def dripping(head: bytes) -> Behave:
    """The head, then a byte every twentieth of a second."""

    def behave(connection: socket.socket) -> None:
        connection.recv(1 << 16)
        connection.sendall(head)
        for _ in range(6_000):
            connection.sendall(b"x")
            stopping.wait(0.05)

    return behave


def flooding(head: bytes, block: bytes = BLOCK, size: int = 1 << 30) -> Behave:
    """The head, then as many blocks as make a gigabyte."""

    def behave(connection: socket.socket) -> None:
        connection.recv(1 << 16)
        connection.sendall(head)
        for _ in range(size // len(block)):
            connection.sendall(block)

    return behave
