"""Education: places in a queue, once for a key, told by call-backs that can go wrong."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from time import monotonic
from typing import Any

import pytest

from tests.sandbox.acts.conftest import AFTER, Bodies
from tests.waiting import until

YOUNG, OLD = "250101600012", "150101600011"


class Ear:
    """A console that hears call-backs one by one, in the order in which they come.

    `statuses` are answered one after the other, then 200.
    """

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.statuses: list[int] = []
        self._http = HTTPServer(("127.0.0.1", 0), _handler(self))
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self._http.server_port}/back"

    def wait(self, count: int) -> list[dict[str, Any]]:
        until(lambda: len(self.heard) >= count, 60)
        return self.heard

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()


def _handler(ear: Ear) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            ear.heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(ear.statuses.pop(0) if ear.statuses else 200)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    return Handler


@pytest.fixture
def ear() -> Iterator[Ear]:
    ear = Ear()
    yield ear
    ear.stop()


Queue = Callable[..., dict[str, Any]]


@pytest.fixture
def queue(bodies: Bodies, ear: Ear, key: str) -> Queue:
    def ask(child: str = YOUNG, key: str = key) -> dict[str, Any]:
        asked = {"key": key, "childIin": child, "parentIin": "1", "reply_to": ear.url}
        answer = bodies.post("education", "/queue", **asked)
        assert answer.status_code == 202
        told: dict[str, Any] = answer.json()
        return told

    return ask


def test_a_place_is_told_by_a_call_back_and_when_asked(
    bodies: Bodies, ear: Ear, queue: Queue, key: str
) -> None:
    with bodies.standing("education"):
        accepted = queue()
        assert accepted["state"] == "accepted"
        assert bodies.ask("education", "GET", f"/queue/{key}").json() == accepted
    (heard,) = ear.wait(1)
    assert heard["state"] == "placed"
    assert {"key", "number", "place", "kindergarten"} <= heard.keys()
    assert bodies.ask("education", "GET", f"/queue/{key}").json() == heard


def test_a_key_is_taken_in_once(bodies: Bodies, queue: Queue, key: str) -> None:
    assert queue() == queue()
    assert [entry["operation"] for entry in bodies.ledger("education", key)] == ["queue"]


@pytest.mark.parametrize(("child", "why"), [(OLD, "older than 6"), ("4711", "not known")])
def test_who_is_refused_hears_why(ear: Ear, queue: Queue, child: str, why: str) -> None:
    queue(child)
    (heard,) = ear.wait(1)
    assert heard["state"] == "refused"
    assert why in heard["reason"]
    assert "paragraph" in heard["grounds"]


def test_a_body_that_is_told_to_refuse_does(bodies: Bodies, ear: Ear, queue: Queue) -> None:
    bodies.order("education", kind="refuse", count=1)
    queue()
    assert ear.wait(1)[0]["state"] == "refused"


def test_what_was_taken_in_can_be_taken_back_once(bodies: Bodies, queue: Queue, key: str) -> None:
    assert bodies.ask("education", "DELETE", f"/queue/{key}").status_code == 404
    queue()
    for _ in range(2):
        told = bodies.ask("education", "DELETE", f"/queue/{key}").json()
        assert told["state"] == "withdrawn"
    assert bodies.ask("education", "GET", f"/queue/{key}").json()["state"] == "withdrawn"
    entries = [entry["operation"] for entry in bodies.ledger("education", key)]
    assert entries == ["queue", "queue.undo"]


def test_a_call_back_twice_and_one_of_nobody(bodies: Bodies, ear: Ear, queue: Queue) -> None:
    bodies.order("education", kind="call_back", how="twice", count=1)
    queue()
    first, second = ear.wait(2)
    assert first == second
    ear.heard.clear()
    bodies.order("education", kind="call_back", how="unknown", count=1)
    queue(key="another")
    assert sorted(told["key"].partition("-")[0] for told in ear.wait(2)) == ["another", "unknown"]


def test_call_backs_out_of_order(bodies: Bodies, ear: Ear, queue: Queue, key: str) -> None:
    bodies.order("education", kind="call_back", how="out_of_order", count=1, seconds=60)
    queue(key=f"{key}-1")
    queue(key=f"{key}-2")
    assert [told["key"] for told in ear.wait(2)] == [f"{key}-2", f"{key}-1"]


def test_a_call_back_that_is_kept_back_comes_in_the_end(
    bodies: Bodies, ear: Ear, queue: Queue
) -> None:
    bodies.order("education", kind="call_back", how="out_of_order", count=1, seconds=0.3)
    queue()
    assert len(ear.wait(1)) == 1


def test_a_call_back_late_and_never(bodies: Bodies, ear: Ear, queue: Queue, key: str) -> None:
    bodies.order("education", kind="call_back", how="never", count=1)
    queue(key=f"{key}-never")
    bodies.order("education", kind="call_back", how="late", count=1, seconds=0.5)
    began = monotonic()
    queue(key=f"{key}-late")
    assert [told["key"] for told in ear.wait(1)] == [f"{key}-late"]
    assert monotonic() - began > 0.5 + AFTER / 2
    told = bodies.ask("education", "GET", f"/queue/{key}-never").json()
    assert told["state"] == "placed"


def test_a_call_back_that_nobody_takes_comes_again(ear: Ear, queue: Queue) -> None:
    ear.statuses = [503]
    queue()
    first, second = ear.wait(2)
    assert first == second


@pytest.mark.parametrize(("school", "state"), [("KZ-1301", "transferred"), ("KZ-1300", "refused")])
def test_schools(bodies: Bodies, ear: Ear, key: str, school: str, state: str) -> None:
    asked = {"key": key, "childIin": YOUNG, "school": school, "reply_to": ear.url}
    assert bodies.post("education", "/schools/transfers", **asked).status_code == 202
    assert ear.wait(1)[0]["state"] == state


WRONG = [
    ({"json": {"key": "k"}}, 422, "childIin, parentIin"),
    (
        {"json": {"key": "k", "childIin": "1", "parentIin": "2", "reply_to": "ftp://a"}},
        422,
        "no address",
    ),
    ({"data": b"{"}, 400, "no JSON"),
    ({"json": ["k"]}, 400, "object"),
]


@pytest.mark.parametrize(("sent", "status", "why"), WRONG)
def test_what_is_wrong_is_named_and_not_done(
    bodies: Bodies, sent: dict[str, Any], status: int, why: str
) -> None:
    before = len(bodies.ledger("education"))
    answer = bodies.ask("education", "POST", "/queue", **sent)
    assert answer.status_code == status
    assert why in answer.json()["error"]
    assert len(bodies.ledger("education")) == before
