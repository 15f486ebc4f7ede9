"""The portal's bound, its key, and answers that are no records."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from connectors.calls import Call
from connectors.errors import ConnectorError, WillNeverWork, WrongAnswer
from connectors.opendata import OpendataConnection, OpendataConnector, OpendataRequest
from connectors.protocol import SourceContext, Window
from models.errors import ConfigurationError
from tests.connectors.rest.server import Reply, Seen, Server

PATH = "/api/v4/offices/v1"
KEY = "k+/e=y 1"
"""Letters that an address spells otherwise."""

Make = Callable[..., OpendataConnector]


@pytest.fixture
def told() -> list[Call]:
    return []


@pytest.fixture
def make(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: list[Call]
) -> Iterator[Make]:
    monkeypatch.setenv("PORTAL_KEY", KEY)
    made: list[OpendataConnector] = []

    def new(**request: Any) -> OpendataConnector:
        retry = {"attempts": 1}
        connection = {"url": server.url, "api_key": {"env": "PORTAL_KEY"}, "retry": retry}
        connector = OpendataConnector(
            OpendataConnection.model_validate(connection),
            OpendataRequest.model_validate({"dataset": "offices", **request}),
            SourceContext("portal.offices", "portal", tmp_path, "at", told.append),
        )
        connector.open()
        made.append(connector)
        return connector

    yield new
    for connector in made:
        connector.close()


def holding(count: int, total: Any = None) -> Callable[[Seen], Reply]:
    rows = [{"number": number} for number in range(count)]

    def route(seen: Seen) -> Reply:
        source = json.loads(seen.params["source"])
        page = rows[source["from"] : source["from"] + source["size"]]
        if total is None:
            return Reply(page)
        return Reply({"hits": {"total": total, "hits": [{"_source": row} for row in page]}})

    return route


def sources(server: Server) -> list[dict[str, Any]]:
    return [json.loads(seen.params["source"]) for seen in server.seen]


def test_all_up_to_the_bound_is_read(server: Server, make: Make) -> None:
    server.routes[PATH] = holding(25, total=25)
    pages = list(make(size=10, most=25).pages(Window()))
    assert [len(page.records) for page in pages] == [10, 10, 5]
    assert {page.total for page in pages} == {25}
    assert [(each["from"], each["size"]) for each in sources(server)] == [
        (0, 10),
        (10, 10),
        (20, 5),
    ]


def test_a_whole_last_page_at_the_bound_is_the_end(server: Server, make: Make) -> None:
    server.routes[PATH] = holding(20, total=20)
    pages = list(make(size=10, most=20).pages(Window()))
    assert sum(len(page.records) for page in pages) == 20


def test_a_dataset_longer_than_the_bound_is_refused_at_once(server: Server, make: Make) -> None:
    server.routes[PATH] = holding(26, total={"value": 26, "relation": "eq"})
    with pytest.raises(WillNeverWork, match="26 records, of which the portal gives 25"):
        list(make(size=10, most=25).pages(Window()))
    assert len(server.seen) == 1


@pytest.mark.parametrize("total", [None, {"value": 10, "relation": "gte"}])
def test_a_list_that_reaches_the_bound_is_not_taken_for_the_whole(
    server: Server, make: Make, total: Any
) -> None:
    server.routes[PATH] = holding(30, total)
    with pytest.raises(WillNeverWork, match="20 records, and there are more"):
        list(make(size=10, most=20).pages(Window()))


def test_what_is_wanted_is_written_as_the_portal_has_it(server: Server, make: Make) -> None:
    server.routes[PATH] = holding(0)
    query = {"term": {"region": "71"}}
    list(make(query=query, sort="at").pages(Window()))
    list(make(query=query, window="at").pages(Window(since="2026-01-01", until="2026-02-01")))
    list(make(window="at").pages(Window(since="2026-01-01")))
    plain, both, window = (each.get("query") for each in sources(server))
    assert plain == query
    span = {"range": {"at": {"gte": "2026-01-01", "lt": "2026-02-01"}}}
    assert both == {"bool": {"filter": [query, span]}}
    assert window == {"range": {"at": {"gte": "2026-01-01"}}}
    assert sources(server)[0]["sort"] == [{"at": "asc"}]


def test_the_key_is_sent_and_never_shown(server: Server, make: Make, told: list[Call]) -> None:
    server.routes[PATH] = lambda seen: Reply(f"<html>{seen.params['apiKey']}</html>".encode())
    connector = make()
    with pytest.raises(WrongAnswer) as caught:
        list(connector.pages(Window()))
    assert server.seen[0].params["apiKey"] == KEY
    server.routes[PATH] = lambda _: Reply({}, 302, {"Location": f"{PATH}?apiKey=k%2B%2Fe%3Dy+1"})
    with pytest.raises(ConnectorError) as circle:
        list(connector.pages(Window()))
    texts = [str(caught.value), str(circle.value), repr(vars(connector)), connector.health().detail]
    assert not [text for text in texts if KEY in text or "k%2B" in text]
    assert {call.service for call in told} == {PATH}


def test_the_key_goes_to_no_other_host(server: Server, make: Make) -> None:
    other = server.url.replace("127.0.0.1", "localhost")
    server.routes[PATH] = lambda _: Reply({}, 302, {"Location": f"{other}/elsewhere"})
    server.answer("/elsewhere", Reply([]))
    list(make().pages(Window()))
    assert ["apiKey" in seen.params for seen in server.seen] == [True, False]


def test_no_key_says_which_variable(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PORTAL_KEY")
    with pytest.raises(ConfigurationError, match="PORTAL_KEY"):
        make()


def test_a_wrong_key_is_refused(server: Server, make: Make) -> None:
    server.answer(PATH, Reply({"message": "apiKey"}, 403))
    with pytest.raises(WillNeverWork, match="403"):
        list(make().pages(Window()))


WRONG: list[tuple[Any, str]] = [
    ({"error": "index_not_found"}, "error, and no `hits.hits`"),
    ({"hits": {"total": 1, "hits": [{"_id": "1"}]}}, "1 of 1 hits have no `_source`"),
    ({"hits": {"total": "many", "hits": []}}, "total. is no number"),
    ({"hits": []}, "no `hits.hits`"),
    ([1], "record 1 is a int"),
    ("text", "str, not a list"),
]


@pytest.mark.parametrize(("body", "found"), WRONG)
def test_what_holds_no_records_is_a_wrong_answer(
    server: Server, make: Make, body: Any, found: str
) -> None:
    server.answer(PATH, Reply(body))
    with pytest.raises(WrongAnswer, match=found):
        list(make().pages(Window()))


@pytest.mark.parametrize(
    "request_", [{"dataset": ".."}, {"dataset": "a/b"}, {"version": "2"}, {"size": 20_000}]
)
def test_what_no_address_can_have_is_refused(request_: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        OpendataRequest.model_validate({"dataset": "offices", **request_})
