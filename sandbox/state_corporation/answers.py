"""Answers over HTTP: whole ones, and those that fail on the way."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sandbox.faults.fault import Fault
from sandbox.register.organisations import organisation_names
from sandbox.serving import CutOff

JSON = "application/json"
_HANG = 3600.0
_LOOK = 0.2  # seconds between two looks whether the reader has gone


class HalfAnswer(Response):
    """Announces the whole length, sends half of it and breaks the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Send the beginning only.

        Raises:
            CutOff: always, so that the connection is closed.
        """
        body = bytes(self.body)
        await send(
            {"type": "http.response.start", "status": 200, "headers": self.raw_headers},
        )
        await send(
            {"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True}
        )
        raise CutOff


def whole(content: Any, status: int = 200) -> Response:
    """A JSON answer as it should be."""
    return Response(orjson.dumps(content), status, media_type=JSON)


def wrong(status: int, error: str) -> Response:
    """A refusal with its reason."""
    return whole({"error": error}, status)


def cut(content: Any, fault: Fault) -> Response:
    """Half of the JSON: `how` is `connection` (broken in the middle) or `complete` (a whole
    HTTP answer, whose JSON ends in the middle)."""
    body = orjson.dumps(content)
    if fault.options.get("how", "connection") == "complete":
        return Response(body[: len(body) // 2], media_type=JSON)
    return HalfAnswer(body, media_type=JSON)


def wrongly_encoded(content: dict[str, Any], fault: Fault) -> Response:
    """JSON in windows-1251 (or `encoding`) that says it is UTF-8; bodies by their Russian name."""
    names = organisation_names()
    named = [_with_name(row, names) for row in content["items"]]
    encoding = str(fault.options.get("encoding", "windows-1251"))
    body = orjson.dumps(content | {"items": named}).decode().encode(encoding, errors="replace")
    return Response(body, media_type=f"{JSON}; charset=utf-8")


def _with_name(row: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    code = row.get("organisation")
    return row | {"organisation": names[code]} if code in names else row


def refusal(fault: Fault) -> Response:
    """500, or 429 with Retry-After: `retry_after` seconds, or an HTTP date if `how` is `date`."""
    if fault.kind == "500":
        return wrong(500, "internal error of the stand-in")
    answer = wrong(429, "too many requests")
    seconds = int(fault.options.get("retry_after", 1))
    text = str(seconds)
    if fault.options.get("how") == "date":
        then = datetime.now(UTC) + timedelta(seconds=seconds)
        text = format_datetime(then, usegmt=True)
    answer.headers["Retry-After"] = text
    return answer


async def hang(request: Request, fault: Fault) -> Response:
    """Say nothing for `seconds` (an hour unless told) or until the reader has gone; then 504."""
    left = float(fault.options.get("seconds", _HANG))
    while left > 0 and not await request.is_disconnected():
        await asyncio.sleep(min(_LOOK, left))
        left -= _LOOK
    return wrong(504, "the stand-in took too long")
