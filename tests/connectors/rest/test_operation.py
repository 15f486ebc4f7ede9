"""The request that is made of a step's data."""

from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.errors import WillNeverWork
from connectors.rest.operation import RestOperation, write

DATA = {"key": "k-1", "number": 7, "name": "Қала & Ко"}
WRITTEN: list[tuple[dict[str, Any], str, bytes | None, dict[str, str]]] = [
    ({"path": "/queue"}, "/queue", b'{"key":"k-1","number":7,"name":"%s"}', {}),
    (
        {"path": "/queue/{key}/{number}", "method": "PUT"},
        "/queue/k-1/7",
        b'{"name":"%s"}',
        {"Content-Type": "application/json"},
    ),
    (
        {"path": "/q/{key}", "method": "GET", "query": ["number", "name"], "params": {"all": True}},
        "/q/k-1?all=true&number=7&name=%D2%9A%D0%B0%D0%BB%D0%B0+%26+%D0%9A%D0%BE",
        None,
        {},
    ),
    (
        {"path": "/q", "body": "form", "query": ["name"], "key_header": "Idempotency-Key"},
        "/q?name=%D2%9A%D0%B0%D0%BB%D0%B0+%26+%D0%9A%D0%BE",
        b"key=k-1&number=7",
        {"Idempotency-Key": "step-9", "Content-Type": "application/x-www-form-urlencoded"},
    ),
    (
        {"path": "/q", "headers": {"X-Version": "2", "Accept": "text/json"}, "method": "PATCH"},
        "/q",
        b'{"key":"k-1","number":7,"name":"%s"}',
        {"X-Version": "2", "Accept": "text/json"},
    ),
]


@pytest.mark.parametrize(("operation", "target", "body", "headers"), WRITTEN)
def test_data_go_where_the_operation_says(
    operation: dict[str, Any], target: str, body: bytes | None, headers: dict[str, str]
) -> None:
    written = write("Calling", RestOperation.model_validate(operation), DATA, "step-9")
    assert written.target == target
    assert written.body == (body and body.replace(b"%s", str(DATA["name"]).encode()))
    assert headers.items() <= written.headers.items()


UNWRITABLE: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"path": "/q/{iin}"}, {}, "iin is not among the data"),
    ({"path": "/q", "query": ["iin"]}, {}, "iin is not among the data"),
    ({"path": "/q/{iin}"}, {"iin": None}, "iin is nothing"),
    ({"path": "/q/{iin}"}, {"iin": ""}, "no part of a path"),
    ({"path": "/q/{iin}"}, {"iin": ".."}, "no part of a path"),
    ({"path": "/q/{iin}"}, {"iin": ["1"]}, "iin is list"),
    ({"path": "/q", "method": "GET"}, {"iin": "1"}, "iin would not be sent"),
    ({"path": "/q", "body": "form"}, {"who": {"iin": "1"}}, "who is dict"),
]


@pytest.mark.parametrize(("operation", "data", "found"), UNWRITABLE)
def test_what_cannot_be_sent_as_it_is_is_refused_before(
    operation: dict[str, Any], data: dict[str, Any], found: str
) -> None:
    with pytest.raises(WillNeverWork, match=f"{found}.*nothing was sent"):
        write("Calling", RestOperation.model_validate(operation), data, "k")


@pytest.mark.parametrize("key", ["a\r\nX-Other: b", "кілт"])
def test_a_key_that_no_header_can_have_is_not_sent(key: str) -> None:
    operation = RestOperation(path="/q", key_header="Idempotency-Key")
    with pytest.raises(WillNeverWork, match="nothing was sent"):
        write("Calling", operation, {}, key)
    assert write("Calling", RestOperation(path="/q"), {}, key).body == b"{}"


WRONG: list[dict[str, Any]] = [
    {"path": "queue"},
    {"path": "/queue?x=1"},
    {"path": "/queue/{}"},
    {"path": "/queue/{a-b}"},
    {"path": "/queue", "method": "TRACE"},
    {"path": "/queue", "headers": {"X-Who": "a\r\nX-Other: b"}},
    {"path": "/queue", "headers": {"X Who": "a"}},
    {"path": "/queue", "key_header": "a: b"},
    {"path": "/queue", "retry": 3},
]


@pytest.mark.parametrize("operation", WRONG)
def test_what_no_request_can_be_is_refused_in_yaml(operation: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        RestOperation.model_validate(operation)


@given(st.text(min_size=1).filter(lambda text: text not in (".", "..")))
def test_a_value_stays_one_part_of_the_path(value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError:
        return  # half a character, which JSON cannot carry here
    operation = RestOperation(path="/a/{value}/b", method="GET")
    target = write("Calling", operation, {"value": value}, "k").target
    parts = urlsplit(f"http://host{target}")
    assert (parts.query, parts.fragment) == ("", "")
    assert [unquote(part) for part in parts.path.split("/")] == ["", "a", value, "b"]
