"""Answers of acting bodies that are not as they should be."""

import asyncio
from collections.abc import AsyncIterator

from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from sandbox.acts.serving import CUT
from sandbox.state_corporation.answers import HalfAnswer

OVERSIZED = 70_000_000
_BLOCK = b" " * (1 << 16)

BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha">'
    + b"".join(
        b'<!ENTITY %c "%s">' % (letter, b"&%c;" % (letter - 1) * 10)
        for letter in range(ord("b"), ord("k"))
    )
    + b"]><lolz>&j;</lolz>"
)
"""Less than 1 kB that would unfold to 2 GB."""


class Lost(Response):
    """The connection is broken, and not one byte was sent."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Break it; the signature is Starlette's."""
        scope[CUT]()
        await asyncio.sleep(0)  # let the server see that the connection is gone
        await asyncio.sleep(0)


def half(answer: Response) -> Response:
    """Half of the answer, then a broken connection."""
    return HalfAnswer(bytes(answer.body), media_type=answer.media_type)


def oversized(answer: Response, size: int) -> Response:
    """The answer with blanks before it, `size` bytes in all, without saying so beforehand."""

    async def parts() -> AsyncIterator[bytes]:
        for _ in range(size // len(_BLOCK)):
            yield _BLOCK
        yield bytes(answer.body)

    return StreamingResponse(parts(), answer.status_code, media_type=answer.media_type)
