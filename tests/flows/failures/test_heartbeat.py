"""The heartbeat, over a real socket: sent, refused, never answered, dripped."""

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from flows.failures import heartbeat
from models.environment.secrets import SecretRef

SECRET = "d41d8cd9-secret"


@contextmanager
def answering(answer: Callable[[socket.socket], None]) -> Iterator[tuple[str, list[bytes]]]:
    """A server that gives this answer; the address, and what it was asked."""
    asked: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        try:
            connection, _ = listener.accept()
        except OSError:  # closed: the test is over
            return
        with connection:
            asked.append(connection.recv(10_000))
            try:
                answer(connection)
            except OSError:  # the asker has had enough
                return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/ping/{SECRET}", asked
    finally:
        listener.close()
        thread.join(60)


def _says(text: bytes) -> Callable[[socket.socket], None]:
    return lambda connection: connection.sendall(text)


def _drips(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        connection.sendall(b"X-More: yes\r\n")
        time.sleep(0.05)


def _is_silent(connection: socket.socket) -> None:
    connection.recv(1)  # until the asker has had enough


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], SecretRef]:
    def named(url: str) -> SecretRef:
        monkeypatch.setenv("HEARTBEAT", url)
        return SecretRef(env="HEARTBEAT")

    return named


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (_says(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"), "sent"),
        (_says(b"HTTP/1.1 204 No Content\r\n\r\n"), "sent"),
        (_says(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n" + b"x" * 99), "sent"),
        (_says(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"), "the address answered 404"),
        (_says(b"SSH-2.0\r\n"), "the address could not be asked (ConnectionError)"),
        (_says(b""), "the address could not be asked (ConnectionError)"),
    ],
)
def test_what_becomes_of_it(
    address: Callable[[str], SecretRef],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    answer: Callable[[socket.socket], None],
    said: str,
) -> None:
    monkeypatch.setattr(heartbeat, "SECONDS", 60.0)  # a machine that stalls is no silent address
    monkeypatch.setattr(heartbeat, "WAITS", (60.0, 60.0))
    with caplog.at_level(logging.INFO), answering(answer) as (url, asked):
        assert heartbeat.send(address(url)) == said
    (request,) = asked
    assert request.startswith(f"GET /ping/{SECRET} HTTP/1.1".encode())
    assert SECRET not in caplog.text
    assert (said in caplog.text) == (said != heartbeat.SENT)


def test_it_waits_a_short_time_only(
    address: Callable[[str], SecretRef], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat, "SECONDS", 0.5)  # a test that waits for less long
    for answer in (_drips, _is_silent):
        with answering(answer) as (url, _):
            assert heartbeat.send(address(url)) == "the address did not answer within 0.5 s"


def test_without_an_address_there_is_none() -> None:
    assert heartbeat.send(None) is None


def test_a_missing_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HEARTBEAT", raising=False)
    said = heartbeat.send(SecretRef(env="HEARTBEAT"))
    assert said is not None
    assert "HEARTBEAT" in said
