"""A connection to a target: plain or TLS, in bounded memory."""

import asyncio
import ipaddress
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from flows.failures.probing.look import Attempt
from flows.failures.probing.reasons import failure

CHUNK = 1 << 16
"""Bytes read at once; a connection keeps at most four times as many."""

NEXT_ADDRESS = 0.25
"""Seconds after which a name's next address is tried beside the first (RFC 8305)."""


@dataclass(frozen=True)
class Line:
    """An open connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @property
    def tls(self) -> ssl.SSLObject:
        """The TLS side of it, where there is one."""
        found = self.writer.get_extra_info("ssl_object")
        assert isinstance(found, ssl.SSLObject)
        return found

    async def read(self) -> bytes:
        """Some bytes; none at the end."""
        return await self.reader.read(CHUNK)

    async def send(self, data: bytes) -> None:
        """Send it all."""
        self.writer.write(data)
        await self.writer.drain()


@asynccontextmanager
async def connected(
    attempt: Attempt,
    host: str,
    port: int,
    context: ssl.SSLContext | None = None,
    server_name: str | None = None,
) -> AsyncIterator[Line]:
    """A connection, cut off at the end; with TLS where there is a context.

    Raises:
        Failed: whatever the network did, inside the block too.
    """
    writer: asyncio.StreamWriter | None = None
    try:
        attempt.doing = "connecting"
        reader, writer = await asyncio.open_connection(
            host, port, limit=CHUNK, happy_eyeballs_delay=_next_address(host)
        )
        attempt.reached = True
        if context is not None:
            attempt.doing = "shaking hands"
            await writer.start_tls(context, server_hostname=server_name or host)
        yield Line(reader, writer)
    except OSError as error:
        raise failure(error, attempt.doing, f"{host}:{port}") from error
    finally:
        if writer is not None:
            writer.transport.abort()  # a polite end could take as long as the other side likes


def _next_address(host: str) -> float | None:
    """When to try the next address; a host that is an address itself has no other."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return NEXT_ADDRESS
    return None
