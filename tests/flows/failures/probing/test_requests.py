"""What is sent, and to whom."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.failures.probing.look import Look
from flows.failures.probing.now import look_at
from tests.flows.failures.probing.bad_targets import ANSWER, CLIENT, SERVICES, WSDL
from tests.flows.failures.probing.probed import probed
from tests.flows.failures.probing.targets import Listener, answering

SECRET = "hunter2-and-more"


class Recorder(Listener):
    """Answers, and keeps what came."""

    def __init__(self, body: bytes = b"ok", status: int = 200, headers: str = "") -> None:
        self.came: list[str] = []
        answer = answering(body, status, headers)

        def behave(connection: socket.socket) -> None:
            self.came.append(connection.recv(1 << 16, socket.MSG_PEEK).decode())
            answer(connection)

        super().__init__(behave)


@pytest.fixture
def listeners() -> Iterator[list[Recorder]]:
    made: list[Recorder] = []
    yield made
    for each in made:
        each.close()


def look(folder: Path, module: dict[str, Any], target: str) -> Look:
    environment = probed(folder, {"asked": module}, [{"module": "asked", "target": target}])
    [seen] = look_at(environment, "office")
    return seen


def head(request: str) -> dict[str, str]:
    lines = request.partition("\r\n\r\n")[0].split("\r\n")[1:]
    return {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}


def test_a_request_as_the_module_says(tmp_path: Path, listeners: list[Recorder]) -> None:
    listeners.append(web := Recorder())
    module = {"prober": "http", "method": "POST", "headers": {"X-Of": "us"}, "body": "жер"}
    assert look(tmp_path, module, web.url("/a b/жер?q=1&r=ж")).outcome == "good"
    [request] = web.came
    assert request.startswith("POST /a%20b/%D0%B6%D0%B5%D1%80?q=1&r=%D0%B6 HTTP/1.1\r\n")
    sent = head(request)
    assert sent["host"] == web.address
    assert (sent["x-of"], sent["content-length"], sent["connection"]) == ("us", "6", "close")
    assert request.endswith("\r\n\r\nжер")


def test_a_secret_goes_to_its_own_origin_only(
    tmp_path: Path, listeners: list[Recorder], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEREZE_TEST_KEY", SECRET)
    other = Recorder(SECRET.encode())
    home = Recorder(status=302, headers=f"Location: {other.url('/there')}\r\n")
    listeners += [other, home]
    module = {
        "prober": "http",
        "secret_headers": {"X-Key": {"env": "TEREZE_TEST_KEY"}},
        "lacks": [SECRET],
    }
    seen = look(tmp_path, module, home.url())
    assert head(home.came[0])["x-key"] == SECRET
    assert "x-key" not in head(other.came[0])
    assert seen.reason == "body"
    assert SECRET not in seen.sentence


def test_a_post_becomes_a_get_where_it_is_sent_on(
    tmp_path: Path, listeners: list[Recorder]
) -> None:
    other = Recorder()
    home = Recorder(status=303, headers=f"Location: {other.url('/there')}\r\n")
    listeners += [other, home]
    look(tmp_path, {"prober": "http", "method": "POST", "body": "x"}, home.url())
    assert other.came[0].startswith("GET /there ")
    assert "content-length" not in head(other.came[0])


def test_parts_of_an_identifier_are_encoded_one_by_one(
    tmp_path: Path, listeners: list[Recorder]
) -> None:
    listeners.append(server := Recorder(SERVICES))
    module = {"prober": "xroad", "server": f"http://{server.address}", "client": CLIENT}
    assert look(tmp_path, module, "KZ/GOV/7000 0002/жер").outcome == "good"
    [request] = server.came
    assert request.startswith("GET /r1/KZ/GOV/7000%200002/%D0%B6%D0%B5%D1%80/listMethods HTTP/1.1")
    assert head(request)["x-road-client"] == CLIENT


def test_an_operation_is_called_as_the_wsdl_says(tmp_path: Path) -> None:
    came: list[bytes] = []

    def behave(connection: socket.socket) -> None:
        came.append(connection.recv(1 << 16, socket.MSG_PEEK))
        answering(WSDL if came[-1].startswith(b"GET") else ANSWER)(connection)

    listener = Listener(behave)
    module = {"prober": "soap", "operation": "Ping"}
    assert look(tmp_path, module, listener.url("/ws")).outcome == "good"
    listener.close()
    asked, called = (each.decode() for each in came)
    assert asked.startswith("GET /ws?wsdl HTTP/1.1")
    assert called.startswith("POST /ws HTTP/1.1")
    assert head(called)["soapaction"] == '"urn:x/Ping"'
    assert '<e:Body><q:ping xmlns:q="urn:x"/></e:Body>' in called


def test_a_persons_number_in_an_answer_is_masked(tmp_path: Path, listeners: list[Recorder]) -> None:
    listeners.append(web := Recorder(headers="X-Road-Error: Server.900101300017\r\n", status=500))
    module = {"prober": "xroad", "server": f"http://{web.address}", "client": CLIENT}
    seen = look(tmp_path, module, "KZ/GOV/1/land")
    assert "900101300017" not in seen.sentence
    assert "0017" in seen.sentence
