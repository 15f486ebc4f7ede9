"""Paging: where it ends, and where it would not."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.errors import WillNeverWork, WrongAnswer
from connectors.protocol import Window
from connectors.rest import RestConnector, RestRequest
from connectors.rest.paging import LoopGuard
from tests.connectors.rest.conftest import Maker
from tests.connectors.rest.server import Reply, Seen, Server, running

DESIGN: dict[str, Any] = {
    "path": "/applications",
    "page": {"param": "page", "size": 1000},
    "items": "items",
    "next": "next",
}


def ids(connector: RestConnector, window: Window | None = None) -> list[int]:
    pages = connector.pages(window or Window())
    return [record["id"] for page in pages for record in page.records]


def rows(*numbers: int) -> list[dict[str, int]]:
    return [{"id": number} for number in numbers]


def test_the_yaml_of_the_design_means_links_from_the_first_page_on(
    server: Server, make: Maker
) -> None:
    pages = {"1": Reply({"items": rows(1), "next": "?page=2&size=1000&token=x"})}
    pages["2"] = Reply({"items": rows(2), "next": None})
    server.routes["/applications"] = lambda seen: pages[seen.params["page"]]
    connector = make(**DESIGN)
    assert ids(connector) == [1, 2]
    assert [seen.params for seen in server.seen] == [
        {"page": "1", "size": "1000"},
        {"page": "2", "size": "1000", "token": "x"},
    ]
    assert connector.moves  # the links count pages


MOVES = [
    ({"page": {"param": "page"}}, True),
    ({"page": {"kind": "offset", "param": "from", "size": 10}}, True),
    ({"page": {"param": "after", "cursor": "next"}}, False),
    ({"next": "links.next"}, False),
    ({"page": {"kind": "next"}}, False),
    ({}, False),
]


@pytest.mark.parametrize(("request_", "moves"), MOVES)
def test_counted_pages_move(make: Maker, request_: dict[str, Any], moves: bool) -> None:
    assert make(**request_).moves is moves


def test_a_system_that_gives_less_than_asked_for_loses_nothing(server: Server, make: Maker) -> None:
    def at_most_two(seen: Seen) -> Reply:
        start = int(seen.params["from"])
        return Reply(rows(*range(5))[start : start + 2])

    server.routes["/rows"] = at_most_two
    page = {"kind": "offset", "param": "from", "size": 1000}
    assert ids(make(page=page)) == [0, 1, 2, 3, 4]


def test_an_announced_total_spares_the_last_question(server: Server, make: Maker) -> None:
    left = {"1": rows(1, 2), "2": rows(3)}
    server.routes["/rows"] = lambda seen: Reply({"n": 3, "rows": left[seen.params["page"]]})
    connector = make(page={"param": "page", "size": 2}, items="rows", total="n")
    pages = list(connector.pages(Window()))
    assert [len(page.records) for page in pages] == [2, 1]
    assert [page.total for page in pages] == [3, 3]


def test_a_total_that_is_too_low_loses_nothing(server: Server, make: Maker) -> None:
    left = {"1": rows(1, 2), "2": rows(3, 4), "3": rows(5)}
    server.routes["/rows"] = lambda seen: Reply({"n": 2, "rows": left[seen.params["page"]]})
    assert ids(make(page={"param": "page", "size": 2}, items="rows", total="n")) == [1, 2, 3, 4, 5]


def test_a_page_given_twice_is_passed_on(server: Server, make: Maker) -> None:
    server.answer("/rows", *map(Reply, (rows(1), rows(1), rows(2), [])))
    assert ids(make(page={"param": "page"})) == [1, 1, 2]


def test_a_system_that_does_not_turn_pages_is_seen(server: Server, make: Maker) -> None:
    server.answer("/rows", Reply(rows(1, 2)))
    with pytest.raises(WrongAnswer, match=r"3 times in a row.*parameter seite"):
        ids(make(page={"param": "seite"}))


def other_every_time(seen: Seen) -> Reply:
    number = int(seen.params.get("n", 0))
    return Reply({"rows": rows(number), "next": f"?n={(number + 1) % 7}", "at": (number + 1) % 7})


CIRCLES = [
    ({"next": "next", "items": "rows"}, Reply({"rows": rows(1), "next": "/rows"})),
    ({"next": "next", "items": "rows"}, Reply({"rows": rows(1), "next": "/rows?n=5"})),
    ({"page": {"param": "n", "cursor": "at"}, "items": "rows"}, Reply({"rows": rows(1), "at": 4})),
    ({"next": "next", "items": "rows"}, None),
    ({"page": {"param": "n", "cursor": "at"}, "items": "rows"}, None),
]


@pytest.mark.parametrize(("request_", "reply"), CIRCLES)
def test_a_circle_of_links_or_cursors_is_seen(
    server: Server, make: Maker, request_: dict[str, Any], reply: Reply | None
) -> None:
    server.routes["/rows"] = lambda seen: reply or other_every_time(seen)
    with pytest.raises(WrongAnswer, match="leads in a circle"):
        ids(make(**request_))
    assert len(server.seen) < 25


@given(st.integers(0, 40), st.integers(1, 40))
def test_every_circle_is_seen_and_only_circles(tail: int, length: int) -> None:
    guard, straight = LoopGuard(), LoopGuard()
    circle = (tail + step % length for step in range(4 * (tail + length)))
    assert not any(straight.closes(state) for state in range(200))
    assert any(guard.closes(state) for state in (*range(tail), *circle))


def test_a_link_to_another_host_is_not_followed(server: Server, make: Maker) -> None:
    with running() as other:
        server.answer("/rows", Reply({"rows": rows(1), "next": f"{other.url}/rows"}))
        with pytest.raises(WrongAnswer, match="leads to another host"):
            ids(make(items="rows", next="next"))
        assert other.seen == []


WRONG: list[tuple[Any, dict[str, Any], str]] = [
    ({"rows": []}, {"items": "items"}, "nothing at `items: items`; the answer has rows"),
    ({"items": {"a": 1}}, {"items": "items"}, "a dict, not a list, at `items: items`"),
    ({"error": "x"}, {}, "not declared"),
    ([{"id": 1}, "x"], {}, "record 2 is a str, not an object"),
    ({"rows": [], "n": "many"}, {"items": "rows", "total": "n"}, "no number at `total: n`"),
    ({"rows": [], "next": "http://["}, {"items": "rows", "next": "next"}, "no address"),
    ({"rows": [], "next": "http://a:x/"}, {"items": "rows", "next": "next"}, "another host"),
    ({"rows": None}, {"items": "keys(rows)"}, "does not fit the answer"),
    ({"rows": [], "next": 5}, {"items": "rows", "next": "next"}, "a int, not a text"),
]


@pytest.mark.parametrize(("body", "request_", "found"), WRONG)
def test_what_is_not_as_declared_says_so(
    server: Server, make: Maker, body: Any, request_: dict[str, Any], found: str
) -> None:
    server.answer("/rows", Reply(body))
    with pytest.raises(WrongAnswer, match=found):
        ids(make(**request_))


def test_the_window_is_asked_for_where_it_can_be(server: Server, make: Maker) -> None:
    body = {"rows": [{"id": 1, "at": 5}, {"id": 2, "at": 9}], "n": 2}
    server.answer("/rows", Reply(body))
    declared: dict[str, Any] = {
        "items": "rows",
        "total": "n",
        "since_param": "from",
        "until_param": "to",
    }
    connector = make(cursor="at", params={"lang": "kk"}, **declared)
    pages = list(connector.pages(Window(since=6, until=9)))
    assert server.seen[0].params == {"lang": "kk", "from": "6", "to": "9"}
    assert [page.total for page in pages] == [2]
    assert [record["id"] for record in pages[0].records] == [1]  # until is ours to hold


def test_a_total_of_everything_is_none_for_a_window(server: Server, make: Maker) -> None:
    server.answer("/rows", Reply({"rows": [{"id": 1, "at": 5}], "n": 1}))
    connector = make(cursor="at", items="rows", total="n")
    assert [page.total for page in connector.pages(Window(since=6))] == [None]
    with pytest.raises(WillNeverWork, match="no cursor field"):
        ids(make(items="rows"), Window(since=6))


WRONG_REQUESTS = [
    ({"path": "rows"}, "begin with a slash"),
    ({"path": "/rows", "items": "items["}, "not a JMESPath expression"),
    ({"path": "/rows", "page": {"kind": "offset", "param": "from"}}, "page.size"),
    ({"path": "/rows", "page": {"kind": "page"}}, "name the parameter of the page"),
    ({"path": "/rows", "page": {"kind": "cursor", "param": "c"}}, "page.cursor: needed"),
    ({"path": "/rows", "page": {"kind": "page", "param": "p"}, "next": "n"}, "no meaning"),
    ({"path": "/rows", "pages": {}}, "Extra inputs"),
]


@pytest.mark.parametrize(("request_", "says"), WRONG_REQUESTS)
def test_wrong_options_are_refused(request_: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        RestRequest.model_validate(request_)
