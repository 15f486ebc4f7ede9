"""A body that answers at once, whatever it is asked: prepared bytes by path, kept connections."""

import asyncio
import sys
from pathlib import Path


async def _serve(folder: Path) -> None:
    answers = {f"/{file.name}": file.read_bytes() for file in folder.iterdir()}

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                path = head.split(b" ", 2)[1].decode().partition("?")[0]
                if head.startswith(b"GET"):
                    path += ".wsdl"
                lower = head.lower()
                if (at := lower.find(b"content-length:")) >= 0:
                    await reader.readexactly(int(lower[at + 15 :].split(b"\r\n", 1)[0]))
                body = answers[path]
                start = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n"
                writer.write(start % len(body) + body)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            writer.close()  # who asked has gone, or it is over

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1])))
