"""What is asked for again, how often, and what is given up at once."""

import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from connectors.errors import ConnectorError, RetryLater, WillNeverWork, WrongAnswer
from connectors.protocol import Window
from connectors.rest import RestConnector
from connectors.rest.status import retry_after
from tests.connectors.rest.conftest import Maker
from tests.connectors.rest.server import Reply, Server

ROWS = [{"id": 1}, {"id": 2}]
GOOD = Reply(ROWS)


def records(connector: RestConnector) -> list[Any]:
    return [record for page in connector.pages(Window()) for record in page.records]


def half_with_full_length(handler: Any) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b'[{"id": 1}, {"i')


def half_a_chunk(handler: Any) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n100\r\n" + b'[{"id"')


def hang_up(handler: Any) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)


PASSING = {
    "500": Reply("broken", 500),
    "503 with Retry-After": Reply("busy", 503, {"Retry-After": "0"}),
    "429": Reply("slower", 429),
    "408": Reply("late", 408),
    "cut off, length known": Reply(raw=half_with_full_length),
    "cut off, chunked": Reply(raw=half_a_chunk),
    "cut off, complete answer": Reply(b'[{"id": 1}, {"i'),
    "cut off inside a letter": Reply('[{"id": "ә'.encode()[:-1]),
    "hangs up": Reply(raw=hang_up),
}


@pytest.mark.parametrize("reply", PASSING.values(), ids=PASSING)
def test_what_may_pass_is_asked_for_again(server: Server, make: Maker, reply: Reply) -> None:
    server.answer("/rows", reply, reply, GOOD)
    assert records(make()) == ROWS
    assert len(server.seen) == 3


@pytest.mark.parametrize("reply", PASSING.values(), ids=PASSING)
def test_what_does_not_pass_is_given_up(server: Server, make: Maker, reply: Reply) -> None:
    server.answer("/rows", reply)
    kind = WrongAnswer if isinstance(reply.body, bytes) else RetryLater
    with pytest.raises(kind, match="3 attempts"):
        records(make())
    assert len(server.seen) == 3


FINAL: list[tuple[Reply, type[ConnectorError], str]] = [
    (Reply("?", 400), WillNeverWork, "400 Bad Request"),
    (Reply("?", 401), WillNeverWork, "401.*secret"),
    (Reply("?", 403), WillNeverWork, "403.*right"),
    (Reply("?", 404), WillNeverWork, "404.*spelled"),
    (Reply("?", 405), WillNeverWork, "405"),
    (Reply(b"", 204), WrongAnswer, "204"),
    (Reply(b"", 304), WrongAnswer, "304"),
    (Reply(b" "), WrongAnswer, "answer is empty"),
    (Reply(b"<html>log in", headers={"Content-Type": "text/html"}), WrongAnswer, "HTML.*log in"),
    (Reply(b"<?xml version='1.0'?>"), WrongAnswer, "XML"),
    (
        Reply('[{"a": "Алматинская область"}]'.encode("cp1251")),
        WrongAnswer,
        "not UTF-8.*windows-1251",
    ),
    (
        Reply(b'["\x98"]', headers={"Content-Type": "text/json; charset=cp1251"}),
        WrongAnswer,
        "not in the encoding it names",
    ),
    (Reply(ROWS, headers={"Content-Type": "text/json; charset=utf-9"}), WrongAnswer, "utf-9"),
]


@pytest.mark.parametrize(("reply", "kind", "found"), FINAL)
def test_what_cannot_pass_is_asked_for_once(
    server: Server, make: Maker, reply: Reply, kind: type[ConnectorError], found: str
) -> None:
    server.answer("/rows", reply)
    with pytest.raises(kind, match=found):
        records(make())
    assert len(server.seen) == 1


def test_a_declared_charset_is_used(server: Server, make: Maker) -> None:
    headers = {"Content-Type": "application/json; charset=windows-1251"}
    server.answer("/rows", Reply('[{"a": "область"}]'.encode("cp1251"), headers=headers))
    assert records(make()) == [{"a": "область"}]


def test_retry_after_is_obeyed(server: Server, make: Maker) -> None:
    server.answer("/rows", Reply("slower", 429, {"Retry-After": "1"}), GOOD)
    start = time.monotonic()
    assert records(make({"retry": {"first_wait": 40, "max_wait": 60}})) == ROWS
    assert 1 <= time.monotonic() - start < 30


def test_a_long_retry_after_ends_the_pull_and_is_passed_on(server: Server, make: Maker) -> None:
    server.answer("/rows", Reply("slower", 429, {"Retry-After": "3600"}))
    with pytest.raises(RetryLater, match="asks to wait 3600 s") as caught:
        records(make())
    assert caught.value.retry_after == 3600
    assert len(server.seen) == 1


NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
HEADERS = [
    (None, None),
    ("120", 120.0),
    (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90.0),
    (format_datetime(NOW - timedelta(seconds=90), usegmt=True), 0.0),
    ("soon", None),
    ("-5", None),
]


@pytest.mark.parametrize(("header", "seconds"), HEADERS)
def test_retry_after_in_seconds_or_as_a_date(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, NOW) == seconds


def test_the_rate_is_kept(server: Server, make: Maker) -> None:
    server.answer("/rows", Reply("broken", 500), Reply("broken", 500), GOOD)
    start = time.monotonic()
    assert records(make({"rate": {"per_second": 10}})) == ROWS
    assert time.monotonic() - start >= 0.2


def test_nobody_there_is_a_reason_to_retry(make: Maker) -> None:
    with socket.socket() as taken:  # bound, not listening: a port that nobody answers on
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(
            RetryLater, match=r"connection to 127\.0\.0\.1:\d+ was refused.*3 attempts"
        ):
            records(make({"url": url}))


def silence(server: Server) -> Callable[[Any], None]:
    def wait(_: Any) -> None:
        server.stopping.wait()

    return wait


def dripping(server: Server, head: bytes, drop: bytes) -> Callable[[Any], None]:
    def drip(handler: Any) -> None:
        handler.wfile.write(head)
        while not server.stopping.wait(0.05):
            handler.wfile.write(drop)

    return drip


def test_a_server_that_says_nothing_is_left(server: Server, make: Maker) -> None:
    server.answer("/rows", Reply(raw=silence(server)))
    with pytest.raises(RetryLater, match=r"nothing came for 0.2 s"):
        records(make({"timeouts": {"read": 0.2}, "retry": {"attempts": 1}}))


DRIPS = {
    "body": (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"["),
    "chunks": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n[\r\n"),
    "no length": (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", b"["),
    "headers": (b"HTTP/1.1 200 OK\r\n", b"X-More: 1\r\n"),
    "status": (b"HTTP/1.1 200 ", b"O"),
}


@pytest.mark.parametrize(("head", "drop"), DRIPS.values(), ids=DRIPS)
def test_a_server_that_drips_is_left(server: Server, make: Maker, head: bytes, drop: bytes) -> None:
    server.answer("/rows", Reply(raw=dripping(server, head, drop)))
    start = time.monotonic()
    with pytest.raises(RetryLater, match=r"not complete within 0.4 s"):
        records(make({"answer_within": 0.4, "retry": {"attempts": 1}}))
    assert 0.3 < time.monotonic() - start < 15, "it drips for ever"


def endless(handler: Any) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n[")
    while True:
        handler.wfile.write(b"1," * 32768)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(raw=endless),
        Reply(b"[" + b" " * 200_000 + b"]"),
        Reply(b"[]", headers={"Content-Length": "9999999999"}),
    ],
    ids=["endless", "long", "announced"],
)
def test_an_answer_without_end_is_stopped(server: Server, make: Maker, reply: Reply) -> None:
    server.answer("/rows", reply)
    with pytest.raises(WrongAnswer, match=r"longer than the 100,000 bytes allowed"):
        records(make({"max_bytes": 100_000}))
