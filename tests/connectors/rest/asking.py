"""A call of a REST system, for tests of callers."""

import socket
from collections.abc import Callable
from typing import Any

from connectors.calling import Request
from connectors.rest.calling import RestCaller

Make = Callable[..., RestCaller]


def ask(path: str = "/queue", data: dict[str, Any] | None = None, **operation: Any) -> Request:
    return Request({"path": path, **operation}, data or {"key": "k-1", "iin": "9"}, "k-1")


def close_at_once(handler: Any) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)
