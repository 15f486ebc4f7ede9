"""Calls: what was certainly not sent, what may have been done, and what is no answer."""

import json
import socket
import struct
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from connectors.callers import CALLERS, caller_class
from connectors.calling import (
    Caller,
    NotSent,
    Reply,
    Unanswered,
    Untrusted,
)
from connectors.calls import Call
from connectors.errors import ConnectorError
from connectors.rest.calling import RestCaller
from models.errors import ConfigurationError
from tests.connectors.rest.asking import Make, ask, close_at_once
from tests.connectors.rest.server import Reply as Answer
from tests.connectors.rest.server import Server


@pytest.fixture
def make(make_caller: Make) -> Make:
    return make_caller


def test_it_is_a_caller_and_is_found_by_its_name(make: Make) -> None:
    assert isinstance(make(), Caller)
    assert caller_class("rest") is RestCaller
    assert all(caller.name == name for name, caller in CALLERS.items())
    with pytest.raises(ConfigurationError, match="only reads"):
        caller_class("file")


def test_a_call_and_its_evidence(server: Server, make: Make, told: list[Call]) -> None:
    server.answer("/queue", Answer({"state": "placed", "place": 3}, 202))
    reply = make().call(ask(key_header="Idempotency-Key"))
    assert (reply.status, reply.code, reply.fault) == (202, "202", None)
    assert reply.document == {"state": "placed", "place": 3}
    assert server.seen[0].headers["Idempotency-Key"] == "k-1"
    assert json.loads(server.seen[0].body) == {"key": "k-1", "iin": "9"}
    assert reply.asked.text.startswith("POST /queue\n")
    assert '"iin":"9"' in reply.asked.text
    assert reply.answered.text.startswith("HTTP 202\n")
    assert (reply.asked.size, len(reply.asked.sha256)) == (len(server.seen[0].body), 64)
    assert [(call.service, call.status, call.failure) for call in told] == [("/queue", 202, None)]


def test_what_names_a_person_is_not_told_of(server: Server, make: Make, told: list[Call]) -> None:
    server.routes["/persons/9"] = lambda _: Answer({"name": "A"})
    assert make().call(ask("/persons/{iin}", {"iin": "9"}, method="GET")).document == {"name": "A"}
    assert told[0].service == "/persons/{iin}"


STATUSES = [
    (400, {}, "no"),
    (403, {}, "no"),
    (404, {}, "no"),
    (408, {}, "maybe"),
    (409, {}, "maybe"),
    (422, {}, "no"),
    (429, {"Retry-After": "3"}, "no"),
    (500, {}, "maybe"),
    (502, {}, "maybe"),
    (503, {}, "maybe"),
    (503, {"Retry-After": "3"}, "no"),
    (504, {"Retry-After": "3"}, "maybe"),
    (302, {"Location": "/elsewhere"}, "maybe"),
    (303, {"Location": "//["}, "maybe"),
    (599, {}, "maybe"),
]


@pytest.mark.parametrize(("status", "headers", "worked"), STATUSES)
def test_a_status_that_says_no_is_a_reply_with_a_fault(
    server: Server, make: Make, status: int, headers: dict[str, str], worked: str
) -> None:
    server.answer("/queue", Answer({"reason": "full"}, status, headers))
    reply = make().call(ask())
    assert reply.fault is not None
    assert (reply.fault.code, reply.fault.worked) == (str(status), worked)
    assert reply.document == {"reason": "full"}
    assert len(server.seen) == 1, "nothing was followed, and nothing sent again"


@pytest.mark.parametrize("body", [b"", b"<h1>Bad gateway</h1>", b"\xff\xfe", b'{"a": '])
def test_an_error_may_come_without_json(server: Server, make: Make, body: bytes) -> None:
    server.answer("/queue", Answer(body, 502))
    reply = make().call(ask())
    assert (reply.document, reply.status) == (None, 502)
    assert reply.answered.size == len(body)


@pytest.mark.parametrize("charset", ["klingon", '""', ""])
def test_an_error_page_may_say_that_it_is_in_any_encoding(
    server: Server, make: Make, charset: str
) -> None:
    headers = {"Content-Type": f"text/html; charset={charset}"}
    server.answer("/queue", Answer(b"<h1>Bad gateway</h1>", 502, headers))
    assert make().call(ask()).status == 502


def test_an_end_without_a_word_is_no_empty_answer(server: Server, make: Make) -> None:
    def say_it_is_done_and_break_off(handler: Any) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Some: 1\r\n")

    server.answer("/queue", Answer(raw=say_it_is_done_and_break_off))
    with pytest.raises(Unanswered, match="broke off"):
        make().call(ask())


def test_no_content_is_an_answer(server: Server, make: Make) -> None:
    server.answer("/queue/k-1", Answer(b"", 204))
    reply = make().call(ask("/queue/{key}", {"key": "k-1"}, method="DELETE"))
    assert (reply.document, reply.code, reply.fault) == (None, "204", None)


def _closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


NOT_SENT: list[tuple[Callable[[str], str], str]] = [
    (lambda _: f"http://127.0.0.1:{_closed_port()}", "nothing listens there"),
    (lambda _: "http://no-such-host.invalid", "does not resolve"),
    (lambda url: url.replace("http:", "https:"), "nothing was sent"),
]


@pytest.mark.parametrize(("where", "found"), NOT_SENT)
def test_what_certainly_never_left(
    server: Server, make: Make, told: list[Call], where: Callable[[str], str], found: str
) -> None:
    with pytest.raises(NotSent, match=found):
        make(url=where(server.url)).call(ask())
    assert told[0].failure == "NotSent"


def test_a_connection_that_never_stands_is_not_sent(make: Make) -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        held = [socket.socket() for _ in range(8)]
        for each in held:
            each.setblocking(False)
            each.connect_ex(("127.0.0.1", port))
        with pytest.raises(NotSent, match=r"no connection within 0\.3 s; nothing was sent"):
            make(url=f"http://127.0.0.1:{port}", timeouts={"connect": 0.3}).call(ask())
        for each in held:
            each.close()


def _reset(handler: Any) -> None:
    linger = struct.pack("ii", 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    handler.connection.close()


def _half(handler: Any) -> None:
    handler.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"state": "pla')


def _status_line_only(handler: Any) -> None:
    handler.wfile.write(b"HTTP/1.1 200 O")


def _not_http(handler: Any) -> None:
    handler.wfile.write(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")


CUT: list[Callable[[Any], None]] = [close_at_once, _reset, _half, _status_line_only, _not_http]


@pytest.mark.parametrize("cut", CUT)
def test_what_went_out_and_was_not_answered(
    server: Server, make: Make, cut: Callable[[Any], None]
) -> None:
    server.answer("/queue", Answer(raw=cut))
    with pytest.raises(Unanswered, match="it may have been done"):
        make().call(ask())
    assert len(server.seen) == 1


def test_json_that_breaks_off_is_no_answer(server: Server, make: Make) -> None:
    server.answer("/queue", Answer(b'{"state": "pla'))
    with pytest.raises(Unanswered, match=r"not complete JSON.*may have been done"):
        make().call(ask())


def test_a_silent_and_a_dripping_system_are_not_waited_for(server: Server, make: Make) -> None:
    def silent(_: Any) -> None:
        server.stopping.wait()

    def drip(handler: Any) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not server.stopping.wait(0.05):
            handler.wfile.write(b"X-Drip: 1\r\n")
            handler.wfile.flush()

    server.answer("/queue", Answer(raw=silent), Answer(raw=drip))
    with pytest.raises(Unanswered, match=r"nothing came for 0\.2 s"):
        make(timeouts={"read": 0.2}).call(ask())
    with pytest.raises(Unanswered, match=r"not complete within 0\.5 s"):
        make(answer_within=0.5).call(ask())


def test_a_connection_that_breaks_while_it_is_written_may_have_carried_enough(make: Make) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()

        def read_some_and_reset() -> None:
            taken, _ = listener.accept()
            taken.recv(1000)
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            taken.close()

        thread = threading.Thread(target=read_some_and_reset)
        thread.start()
        caller = make(url=f"http://127.0.0.1:{listener.getsockname()[1]}")
        with pytest.raises(Unanswered):
            caller.call(ask(data={"scan": "x" * 20_000_000}))
        thread.join()


UNTRUSTED: list[tuple[Answer, str]] = [
    (Answer(b"<html>Service is being restored</html>"), "HTML or XML"),
    (Answer({"a": "x" * 5_000}), "longer than the 1,000 bytes"),
    (Answer("Ж".encode("cp1251") * 9), "not UTF-8"),
    (Answer(b"{}", headers={"Content-Type": "text/json; charset=klingon"}), "nobody knows"),
]


@pytest.mark.parametrize(("answer", "found"), UNTRUSTED)
def test_an_answer_that_cannot_be_read_may_not_be_believed(
    server: Server, make: Make, answer: Answer, found: str
) -> None:
    server.answer("/queue", answer)
    with pytest.raises(Untrusted, match=found) as caught:
        make(max_bytes=1000).call(ask())
    assert caught.value.answered is not None


def test_a_packed_answer_is_read_up_to_the_limit_only(server: Server, make: Make) -> None:
    import gzip

    packed = gzip.compress(bytes(50_000_000), compresslevel=1)
    server.answer("/queue", Answer(packed, headers={"Content-Encoding": "gzip"}))
    with pytest.raises(Untrusted, match="longer than the 1,000,000"):
        make(max_bytes=1_000_000).call(ask())


def test_many_threads_call_at_once_and_are_not_mixed_up(server: Server, make: Make) -> None:
    server.routes["/queue"] = lambda seen: Answer({"number": json.loads(seen.body)["number"]})
    caller = make()

    def call(number: int) -> Reply:
        return caller.call(ask(data={"number": number}))

    with ThreadPoolExecutor(20) as pool:
        replies = list(pool.map(call, range(200)))
    assert [reply.document["number"] for reply in replies] == list(range(200))


def test_the_rate_holds_for_all_threads_together(server: Server, make: Make) -> None:
    from time import monotonic

    server.answer("/queue", Answer({}))
    caller, began = make(rate={"per_second": 50}), monotonic()
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda _: caller.call(ask()), range(21)))
    assert monotonic() - began >= 20 / 50


def test_a_closed_caller_says_so_and_opens_again(server: Server, make: Make) -> None:
    server.answer("/queue", Answer({}))
    caller = make()
    caller.close()
    caller.close()
    with pytest.raises(ConnectorError, match="closed"):
        caller.call(ask())
    caller.open()
    assert caller.call(ask()).status == 200
