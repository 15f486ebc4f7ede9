"""What goes out for a call: how often, and by which way."""

import socket
import threading

import pytest

from tests.connectors.rest.asking import Make, ask
from tests.connectors.rest.server import Reply as Answer
from tests.connectors.rest.server import Server

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


def test_head_and_body_go_out_at_once(make_caller: Make) -> None:
    came = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                for _ in range(2):
                    came.append(connection.recv(1 << 16))
                    connection.sendall(ANSWER)

        thread = threading.Thread(target=serve)
        thread.start()
        caller = make_caller(url=f"http://127.0.0.1:{listening.getsockname()[1]}")
        for _ in range(2):
            assert caller.call(ask()).document == {}
        thread.join()
    for request in came:
        head, body = request.split(b"\r\n\r\n")
        assert head.startswith(b"POST /queue HTTP/1.1\r\n")
        assert body == b'{"key":"k-1","iin":"9"}'


def test_what_the_environment_says_of_proxies_holds(
    server: Server, make_caller: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", server.url)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    server.answer("/queue", Answer({"by": "proxy"}))
    caller = make_caller(url="http://registry.invalid")
    for _ in range(2):
        assert caller.call(ask()).document == {"by": "proxy"}
    assert [seen.headers["Host"] for seen in server.seen] == ["registry.invalid"] * 2


def test_a_path_is_never_taken_for_a_host(server: Server, make_caller: Make) -> None:
    server.answer("/elsewhere", Answer({"at": "home"}))
    assert make_caller().call(ask("//elsewhere", {})).document == {"at": "home"}


def test_no_cookie_is_kept(server: Server, make_caller: Make) -> None:
    server.answer("/queue", Answer({}, headers={"Set-Cookie": "a=1; Path=/"}))
    caller = make_caller()
    for _ in range(2):
        caller.call(ask())
    assert [seen.headers.get("Cookie") for seen in server.seen] == [None, None]


def test_operations_that_differ_are_not_mixed_up(server: Server, make_caller: Make) -> None:
    for path in ("/one", "/two"):
        server.answer(path, Answer({"at": path}))
    caller = make_caller()
    found = [caller.call(ask(path)).document["at"] for path in ("/one", "/two", "/one")]
    assert found == ["/one", "/two", "/one"]
