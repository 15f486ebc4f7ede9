"""Two security servers of X-Road in one, as a client of the REST protocol sees them.

`X-Road-Error` is there only where the exchange itself failed; what the service answers comes
through as it is.
"""

import uuid
from collections.abc import Sequence
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import Message, Receive, Scope, Send

from sandbox.acts.desk import Desk
from sandbox.acts.faults import EXCHANGE, how
from sandbox.faults.fault import Fault

_USUAL = "Server.ServerProxy.NetworkError"
_ECHOED = ("X-Road-Id", "X-Road-Client")


class SecurityServer:
    """Passes requests of one service on to the routes behind it."""

    def __init__(self, service: Sequence[str], routes: Sequence[Route], desk: Desk) -> None:
        self._service = list(service)
        self._inner = Starlette(routes=list(routes))
        self._desk = desk

    def routes(self) -> list[Mount]:
        """What the security server listens to."""
        return [Mount("/r1", app=self._exchange)]

    async def _exchange(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        told = _with_headers(send, request)
        parts = _parts(scope)
        error = _refused(request, parts[:5], self._service)
        inner = {**scope, "path": "/" + "/".join(parts[4:]), "root_path": ""}
        for fault in [] if error else self._struck(inner["path"], request.method):
            if how(fault) == "after":
                await self._inner(inner, receive, _nowhere)
            error = _error(str(fault.options.get("value", _USUAL)), "told to fail")
        await (error(scope, receive, told) if error else self._inner(inner, receive, told))

    def _struck(self, path: str, method: str) -> list[Fault]:
        now = self._desk.clock.exact()
        return self._desk.board.strike({EXCHANGE}, f"{path} {method}", now, most=1)


def _parts(scope: Scope) -> list[str]:
    """The parts of the path behind /r1, each decoded by itself."""
    raw: bytes = scope["raw_path"]
    return [unquote(part) for part in raw.decode().partition("/r1/")[2].split("/")]


def _refused(request: Request, asked: list[str], service: list[str]) -> Response | None:
    client = request.headers.get("X-Road-Client", "")
    if client.count("/") not in (2, 3) or not all(client.split("/")):
        return _error("Client.BadRequest", "the header X-Road-Client is missing or wrong", 400)
    number = request.headers.get("X-Road-Id")
    if number is not None and not _is_uuid(number):
        return _error("Client.BadRequest", "X-Road-Id is no UUID", 400)
    if asked[:4] != service[:4]:
        return _error("Server.ClientProxy.UnknownMember", f"no addresses for {asked[:4]}")
    if asked != service:
        return _error("Server.ServerProxy.UnknownService", f"unknown service {asked[-1]}")
    return None


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def _error(kind: str, message: str, status: int = 500) -> Response:
    content = {"type": kind, "message": message, "detail": str(uuid.uuid4())}
    return JSONResponse(content, status, headers={"X-Road-Error": kind})


def _with_headers(send: Send, request: Request) -> Send:
    given = {name: request.headers[name] for name in _ECHOED if name in request.headers}
    headers = {"X-Road-Id": str(uuid.uuid4()), **given, "X-Road-Request-Id": str(uuid.uuid4())}
    more = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], *more]}
        await send(message)

    return sent


async def _nowhere(_message: Message) -> None:
    """The answer of a service that nobody hears."""
