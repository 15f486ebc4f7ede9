"""Targets to be probed, each on a port of its own, in a process of their own.

`python -m benchmarks.probes_targets COUNT CERTIFICATE` prints, as one line of JSON, the ports of
each kind: a tenth accepts and never answers, of the others two thirds speak HTTP, a sixth TCP and
a sixth TLS. It ends when its standard input does.
"""

import asyncio
import contextlib
import json
import ssl
import sys
from asyncio import StreamReader, StreamWriter

BODY = b'{"status": "ready"}' + b" " * 2000
HTTP = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY
KINDS = ("http", "http", "http", "http", "tcp", "tls")
"""What those are that answer, in turn."""


async def _answer(reader: StreamReader, writer: StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(HTTP)
    await writer.drain()
    writer.close()


async def _hang(reader: StreamReader, writer: StreamWriter) -> None:
    with contextlib.suppress(ConnectionResetError):  # whoever probes goes as it likes
        while await reader.read(1 << 16):
            pass
    writer.close()


def kind_of(nth: int) -> str:
    """What the nth target is."""
    return "hanging" if nth % 10 == 9 else KINDS[nth % len(KINDS)]


async def _serve(count: int, certificate: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    ports: dict[str, list[int]] = {"http": [], "tcp": [], "tls": [], "hanging": []}
    servers = []
    for nth in range(count):
        kind = kind_of(nth)
        behave = _answer if kind == "http" else _hang
        secure = context if kind == "tls" else None
        server = await asyncio.start_server(behave, "127.0.0.1", 0, ssl=secure)
        servers.append(server)
        ports[kind].append(server.sockets[0].getsockname()[1])
    print(json.dumps(ports), flush=True)
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), sys.argv[2]))
