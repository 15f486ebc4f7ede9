"""The connection of one who clicks: whole answers, on one connection, and no answer is told."""

import asyncio
from collections.abc import Sequence

import pytest

from benchmarks.console_line import BROKEN, Line

SIZED = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = b"HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"
ENDLESS = b"HTTP/1.1 200 OK\r\n\r\nhello"
CUT = b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello"


async def _asked(answers: Sequence[bytes], patience: float) -> tuple[list[object], int]:
    """What each page's status is, or by which error it did not come; how many connected."""
    left, connected, found = [*answers], 0, list[object]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connected
        connected += 1
        while left and await reader.readline():
            await reader.readuntil(b"\r\n\r\n")
            answer = left.pop(0)
            writer.write(answer)
            if answer is CUT:
                break
        if left or answers[-1] is CUT:
            writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        line = Line(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        for _ in answers:
            try:
                found.append(await line.get("/page", "who=1", patience))
            except BROKEN as error:
                found.append(type(error))
        line.close()
    return found, connected


@pytest.mark.parametrize(
    ("answers", "found", "connected"),
    [
        ([SIZED, CHUNKED, SIZED], [200, 503, 200], 1),
        ([ENDLESS, SIZED], [ValueError, 200], 2),
        ([CUT, SIZED], [asyncio.IncompleteReadError, 200], 2),
    ],
)
def test_an_answer_is_whole_or_none(
    answers: list[bytes], found: list[object], connected: int
) -> None:
    assert asyncio.run(_asked(answers, 30.0)) == (found, connected)


def test_nobody_waits_for_ever() -> None:
    assert asyncio.run(_asked([b""], 0.05)) == ([TimeoutError], 1)
