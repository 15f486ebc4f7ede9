"""What a library says of the network, in plain words: met over real sockets."""

import errno
import os
import re
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import requests

from connectors.errors import ConnectorError
from connectors.network_words import plainly, said
from connectors.rest import RestConnection
from connectors.rest.client import RestClient

Behave = Callable[[socket.socket], None]
LIBRARY = re.compile(r"Pool|Errno|urllib|urlopen|Error\(|Max retries|object at|<|0x|\('")
"""What no person should have to read."""


@contextmanager
def _served(behave: Behave) -> Iterator[int]:
    """A port of its own; each connection is read once, then treated so."""
    held: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:  # the test is over
                    return
                with suppress(OSError):
                    connection.recv(1 << 16)
                    behave(connection)
                held.append(connection)

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield int(server.getsockname()[1])
        finally:
            server.shutdown(socket.SHUT_RDWR)
            for each in held:
                each.close()


def _says(data: bytes, close: bool = True) -> Behave:
    def behave(connection: socket.socket) -> None:
        connection.sendall(data)
        if close:
            connection.close()

    return behave


def _resets(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def _asked(url: str, read: float = 30) -> str:
    """What a connector says of an address that is silent for so many seconds at most."""
    made = {"url": url, "timeouts": {"read": read}}
    client = RestClient(RestConnection.model_validate(made), Path.cwd())
    try:
        with pytest.raises(ConnectorError) as caught:
            client.raw(url)
    finally:
        client.close()
    return caught.value.found


HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("behave", "words"),
    [
        (_says(b""), "the connection to 127.0.0.1:PORT was broken off"),
        (_resets, "the connection to 127.0.0.1:PORT was broken off"),
        (_says(b"hello there\r\n\r\n"), "what answers at 127.0.0.1:PORT is not HTTP"),
        (_says(HEAD + b"Content-Length: 9999\r\n\r\n[1"),
         "the answer was cut off: it broke off 9,997 bytes before its end"),
        (_says(CHUNKED + b"5\r\n[1"),
         "the answer was cut off: the connection to 127.0.0.1:PORT was broken off"),
        (_says(CHUNKED + b"zz\r\n[1"),
         "the answer was cut off: the connection to 127.0.0.1:PORT was broken off"),
        (_says(HEAD + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"),
         "the answer is said to be zipped, and is not"),
    ],
)  # fmt: skip
def test_what_a_server_does_is_said_plainly(behave: Behave, words: str) -> None:
    with _served(behave) as port:
        found = _asked(f"http://127.0.0.1:{port}/rows")
    assert found == words.replace("PORT", str(port))
    assert not LIBRARY.search(found)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "nothing came for 0.5 s"),
        (HEAD + b"Content-Length: 9999\r\n\r\n[1", "nothing came from 127.0.0.1:PORT in time"),
    ],
)
def test_a_server_that_falls_silent_is_said_plainly(data: bytes, words: str) -> None:
    with _served(_says(data, close=False)) as port:
        found = _asked(f"http://127.0.0.1:{port}/rows", read=0.5)
    assert found == words.replace("PORT", str(port))


def test_a_server_without_tls_is_said_plainly() -> None:
    with _served(_says(b"hello there\r\n\r\n")) as port:
        found = _asked(f"https://127.0.0.1:{port}/rows")
    assert found == f"TLS with 127.0.0.1:{port} fails (wrong version number)"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://127.0.0.1:1/", "the connection to 127.0.0.1:1 was refused: nothing listens there"),
        ("http://nowhere.invalid/", "the name nowhere.invalid does not resolve"),
    ],
)
def test_no_server_is_said_plainly(url: str, words: str) -> None:
    assert _asked(url) == words


def test_a_proxy_that_is_away_is_named() -> None:
    with pytest.raises(requests.ConnectionError) as caught:
        requests.get(
            "http://land.example/", proxies={"http": "http://127.0.0.1:1"}, timeout=10
        )  # asked through requests, as the machine's settings would have it
    assert plainly(caught.value, "land.example:80") == (
        "the proxy on the way to land.example:80 fails"
    )


def _certificate(code: int, message: str = "some words") -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code, error.verify_message = code, message
    return error


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (OSError(errno.ECONNREFUSED, "x"), "refused",
         "the connection to land:1 was refused: nothing listens there"),
        (OSError("Multiple exceptions: [Errno 111] Connect call failed ('::1', 1), [Errno 101]"),
         "refused", "the connection to land:1 was refused: nothing listens there"),
        (OSError(errno.ENETUNREACH, "x"), "unreachable",
         "there is no way to the network of land:1"),
        (OSError(errno.EHOSTUNREACH, "x"), "unreachable", "there is no way to land:1"),
        (OSError(errno.ETIMEDOUT, "x"), "timeout", "land:1 does not answer"),
        (socket.gaierror(-2, "Name or service not known"), "dns", "the name land does not resolve"),
        (ConnectionResetError(104, "x"), "reset", "the connection to land:1 was broken off"),
        (BrokenPipeError(32, "x"), "reset", "the connection to land:1 was broken off"),
        (OSError(errno.EIO, "x"), "network",
         f"the connection to land:1 failed ({os.strerror(errno.EIO)})"),
        (OSError("something else"), "network", "the connection to land:1 failed (something else)"),
        (OSError(), "network", "the connection to land:1 failed (OSError)"),
        (ssl.SSLError(1, "[SSL: X] y"), "tls", "TLS with land:1 fails (no reason given)"),
        (_certificate(10), "certificate_expired", "the certificate has expired"),
        (_certificate(62), "certificate_wrong_host", "the certificate is for another host"),
        (_certificate(99), "certificate_broken", "the certificate is not valid (some words)"),
    ],
)  # fmt: skip
def test_an_error_has_a_code_and_words(error: OSError, code: str, words: str) -> None:
    assert said(error, "land:1") == (code, words)
    wrapped = requests.ConnectionError(error)
    assert not LIBRARY.search(plainly(wrapped, "land:1"))


def test_an_error_that_wraps_itself_comes_to_an_end() -> None:
    error = requests.ConnectionError()
    error.args = (error,)
    assert plainly(error, "land:1") == "the connection to land:1 failed"
