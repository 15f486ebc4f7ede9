"""A kept connection of one who clicks: it reads each answer whole, and does nothing more with it.

Those who click are on the core of the database: whatever they cost is taken from what is measured.
"""

import asyncio
from dataclasses import dataclass, field
from urllib.parse import urlsplit

LONGEST_HEAD = 1 << 20
BROKEN = (OSError, EOFError, ValueError, TimeoutError)
"""What an answer that does not come, or not whole, is told by."""


@dataclass
class Line:
    """HTTP/1.1 to one address, connected when it is needed."""

    address: str
    _streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = field(default=None)

    async def get(self, page: str, cookie: str, patience: float) -> int:
        """The status of the page, once the last byte of it is there.

        Raises:
            OSError, EOFError, ValueError, TimeoutError: no whole answer came within `patience`
                seconds; the next page is asked for on another connection.
        """
        host = urlsplit(self.address).netloc
        asked = (
            f"GET {page} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n"
            "Accept: */*\r\nAccept-Encoding: gzip\r\nConnection: keep-alive\r\n\r\n"
        )
        try:
            async with asyncio.timeout(patience):
                reader, writer = await self._connected()
                writer.write(asked.encode("ascii"))
                return await _answer(reader)
        except BROKEN:
            self.close()
            raise

    def close(self) -> None:
        """Hang up."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._streams is None:
            parts = urlsplit(self.address)
            self._streams = await asyncio.open_connection(
                parts.hostname, parts.port, limit=LONGEST_HEAD
            )
        return self._streams


async def _answer(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)}
    if headers.get("transfer-encoding") == "chunked":
        while size := int(await reader.readline(), 16):
            await reader.readexactly(size + 2)
        await reader.readexactly(2)
    else:
        await reader.readexactly(int(headers.get("content-length", "")))
    return int(first.split()[1])
