"""One HTTP/1.1 request and its answer, in bounded memory (RFC 9112, by h11)."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from typing import Any
from urllib.parse import quote, urlsplit

import h11

from flows.failures.probing.look import Attempt, BrokenCertificate, CouldNotLook, Failed
from flows.failures.probing.wire import Line, connected
from models.environment.probes import Trust

MOST_HEADERS = 1 << 16
MOST_HINTS = 100
"""Provisional answers (1xx) before the answer itself."""

CRUMB = 64
"""An answer in pieces that are smaller than this on average costs us more than its sender."""

_KEPT = "/%:=&?~+!$,;'@()*[]-._"
_UNZIPPED = frozenset({"gzip", "x-gzip", "deflate"})


@dataclass(frozen=True)
class Request:
    """What is asked; `max_bytes` is how long a body may be, unzipped."""

    url: str
    max_bytes: int
    trust: Trust
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Answer:
    """What came; names of headers are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text, by its declared charset; what does not fit is replaced."""
        message = Message()
        message["content-type"] = self.headers.get("content-type", "")
        try:
            return self.body.decode(message.get_content_charset("utf-8"), "replace")
        except LookupError:  # a charset that nobody knows
            return self.body.decode("utf-8", "replace")


async def ask(attempt: Attempt, request: Request) -> Answer:
    """The answer to a request, over a connection of its own.

    Raises:
        Failed: the network, an answer that is no HTTP, is cut off or is too long.
        CouldNotLook: the request cannot be written down.
    """
    parts = urlsplit(request.url)
    secure = parts.scheme == "https"
    context = attempt.contexts.get(request.trust) if secure else None
    port = parts.port or (443 if secure else 80)
    try:
        async with connected(attempt, parts.hostname or "", port, context) as line:
            return await _Exchange(line).run(attempt, request)
    except BrokenCertificate as broken:  # nobody who checks can use the address: it is down
        raise Failed(broken.reason, broken.sentence) from broken


class _Exchange:
    """One request and answer on a connection."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._protocol = h11.Connection(h11.CLIENT, max_incomplete_event_size=MOST_HEADERS)
        self._came = self._ended = False

    async def run(self, attempt: Attempt, request: Request) -> Answer:
        await self._send(request)
        attempt.doing = "waiting for the answer"
        try:
            return await self._answer(attempt, request.max_bytes)
        except h11.RemoteProtocolError as error:
            raise self._broken(error) from error

    async def _send(self, request: Request) -> None:
        protocol = self._protocol
        try:
            asked = h11.Request(
                method=request.method,
                target=_path(request.url),
                headers=list(_headers(request).items()),
            )
            data = protocol.send(asked) or b""
        except (h11.LocalProtocolError, UnicodeError) as error:
            raise CouldNotLook("request", f"the request cannot be written: {error}") from error
        if request.body:
            data += protocol.send(h11.Data(data=request.body)) or b""
        await self._line.send(data + (protocol.send(h11.EndOfMessage()) or b""))

    async def _answer(self, attempt: Attempt, most: int) -> Answer:
        response: h11.Response | None = None
        body = bytearray()
        pieces = hints = 0
        while not isinstance(event := await self._next(), h11.EndOfMessage):
            if isinstance(event, h11.InformationalResponse):
                hints += 1
                if hints > MOST_HINTS:
                    raise Failed("not_http", "provisional answers come without end")
            elif isinstance(event, h11.Response):
                response = event
                attempt.doing = "reading the answer"
            elif isinstance(event, h11.Data):
                body += event.data
                pieces += 1
                if pieces > MOST_HINTS + most // CRUMB:
                    raise Failed("crumbs", f"the answer came in more than {pieces - 1} pieces")
                if len(body) > most:
                    raise too_long(most, response.status_code if response else None)
        assert response is not None  # h11 ends no message that has not begun
        headers = {name.decode(): value.decode("latin-1") for name, value in response.headers}
        whole = _unzipped(bytes(body), headers.get("content-encoding", ""), most)
        return Answer(response.status_code, headers, whole)

    async def _next(self) -> Any:
        while (event := self._protocol.next_event()) is h11.NEED_DATA:
            data = await self._line.read()
            self._came, self._ended = self._came or bool(data), not data
            self._protocol.receive_data(data)
        return event

    def _broken(self, error: h11.RemoteProtocolError) -> Failed:
        if not self._came:
            return Failed("closed", "the connection was closed without an answer")
        if self._ended:
            return Failed("cut_off", "the answer was cut off before its end")
        if error.error_status_hint == 431:
            return Failed("headers_too_long", f"its headers are longer than {MOST_HEADERS} bytes")
        return Failed("not_http", f"the answer is not HTTP ({error})")


def _path(url: str) -> str:
    parts = urlsplit(url)
    query = f"?{quote(parts.query, _KEPT)}" if parts.query else ""
    return quote(parts.path or "/", _KEPT) + query


def _headers(request: Request) -> dict[str, str]:
    parts = urlsplit(request.url)
    host = (parts.hostname or "").encode("idna").decode()
    host = f"[{host}]" if ":" in host else host
    headers = {
        "Host": f"{host}:{parts.port}" if parts.port else host,
        "User-Agent": "tereze-probe",
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "Connection": "close",
        **request.headers,
    }
    if request.body:
        headers["Content-Length"] = str(len(request.body))
    return headers


def _unzipped(body: bytes, encoding: str, most: int) -> bytes:
    """The body unzipped, where it was zipped though nobody asked for that."""
    if encoding.strip().lower() not in _UNZIPPED or not body:
        return body
    unzip = zlib.decompressobj(wbits=47)
    try:
        whole = unzip.decompress(body, most + 1)
    except zlib.error as error:
        raise Failed("not_http", "the answer says that it is zipped and is not") from error
    if len(whole) > most:
        raise too_long(most, None)
    return whole


def too_long(most: int, status: int | None) -> Failed:
    """The failure that an answer is longer than anyone wants to read."""
    return Failed("too_large", f"the answer is longer than {most} bytes", status)
