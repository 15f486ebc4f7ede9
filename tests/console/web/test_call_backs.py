"""Call-backs at the front door: what is taken in, and what is sent away."""

import logging
import socket
import struct
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests
from sqlalchemy import text

from flows.composite_services.call_backs.receive import LONGEST
from models.database import Database
from tests.console.web.conftest import Web
from tests.flows.composite_services.begun import AT, begin
from tests.flows.composite_services.carried import call, definition
from tests.waiting import until

PLACED = {"state": "placed", "place": "4"}
CALL_BACK = {"done": "answer.state == 'placed'", "result": {"place": "answer.place"}}


@pytest.fixture
def address(web: Web, synced: Database) -> Iterator[str]:
    """The address of a step that waits."""
    engine = synced.engine()
    with engine.begin() as connection:
        made = definition(queue=call(kind="send", call_back=CALL_BACK))
        begin(connection, made, {"mother_iin": "900101300017"})
        connection.execute(
            text(
                "UPDATE composite_steps SET state = 'waiting', reason = 'awaited', began_at = :at,"
                " sent_at = :at, next_at = NULL"
            ),
            {"at": AT},
        )
        token = connection.execute(text("SELECT reply_token FROM composite_steps")).scalar_one()
    yield f"{web.address}/call-backs/{token}"
    engine.dispose()


def test_one_that_is_awaited_is_taken_in_and_again_when_it_comes_again(
    address: str, synced: Database
) -> None:
    answers = [requests.post(address, json=PLACED, timeout=60) for _ in range(2)]
    assert [(each.status_code, each.text) for each in answers] == [
        (202, "taken\n"),
        (202, "again\n"),
    ]
    with synced.engine().connect() as connection:
        found = connection.execute(text("SELECT state, result FROM composite_steps")).one()
    assert tuple(found) == ("done", {"place": "4"})


def test_what_is_sent_away(address: str, web: Web) -> None:
    unknown = requests.post(f"{web.address}/call-backs/nobody", json=PLACED, timeout=60)
    odd = requests.post(address, data=b"<placed/>", timeout=60)
    long = requests.post(address, data=b"1" * (LONGEST + 1), timeout=60)
    parts = (b"1" * 100_000 for _ in range(LONGEST // 100_000 + 1))
    dripped = requests.post(address, data=parts, timeout=60)
    assert [each.status_code for each in (unknown, odd, long, dripped)] == [404, 400, 413, 413]
    assert requests.get(address, timeout=60).status_code == 405


def test_one_that_breaks_off_leaves_nothing_and_may_come_again(
    address: str, synced: Database, caplog: pytest.LogCaptureFixture
) -> None:
    parts = urlsplit(address)
    caplog.set_level(logging.INFO)
    with socket.create_connection((parts.hostname, parts.port), timeout=60) as sent:
        head = f"POST {parts.path} HTTP/1.1\r\nHost: window\r\nContent-Length: 1000\r\n\r\n"
        sent.sendall(head.encode() + b'{"state": "placed"')
        sent.shutdown(socket.SHUT_WR)
        sent.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    until(lambda: "broke off" in caplog.text)
    assert [each.getMessage() for each in caplog.records if each.levelno >= logging.WARNING] == []
    assert "Traceback" not in caplog.text
    with synced.engine().connect() as connection:
        counted = "SELECT count(*) FROM composite_call_backs"
        assert connection.execute(text(counted)).scalar_one() == 0
        state = connection.execute(text("SELECT state FROM composite_steps")).scalar_one()
    assert state == "waiting"
    assert requests.post(address, json=PLACED, timeout=60).text == "taken\n"
