"""The OpenAPI document says what the lists answer, faults of fields among it."""

from typing import Any

import pytest

from tests.sandbox.reading import Reader


def described(corporation: Reader, name: str = "applications") -> dict[str, Any]:
    found: dict[str, Any] = corporation.page("/openapi.json")["components"]["schemas"][name]
    return found


KINDS = {str: "string", int: "integer", bool: "boolean", list: "array"}


@pytest.mark.parametrize("path", ["/applications", "/events", "/register/services"])
def test_it_matches_what_is_answered(corporation: Reader, path: str) -> None:
    schema = described(corporation, path.strip("/").replace("/", "_"))
    for item in corporation.items(path, size=5000):
        assert item.keys() == schema["properties"].keys()
        for name, value in item.items():
            field = schema["properties"][name]
            if value is None:
                assert field["nullable"], name
            else:
                assert field["type"] == KINDS[type(value)], name


def test_it_needs_no_key(corporation: Reader) -> None:
    del corporation.session.headers["X-Api-Key"]
    try:
        assert corporation.get("/openapi.json").status_code == 200
        assert corporation.get("/applications").status_code == 401
    finally:
        corporation.session.headers["X-Api-Key"] = "for-tests-only"


@pytest.mark.parametrize(
    ("kind", "field"),
    [("new_field", "priority"), ("vanished_field", "received_at"),
     ("changed_type", "service_code")],
)  # fmt: skip
def test_a_fault_of_fields_is_in_it_and_only_there_where_it_strikes(
    corporation: Reader, kind: str, field: str
) -> None:
    before, events = described(corporation), described(corporation, "events")
    corporation.fail(kind, path="/applications", field=field)
    after = described(corporation)
    assert after != before
    assert (field in after["properties"]) == (kind != "vanished_field")
    assert set(corporation.page("/applications", size=1)["items"][0]) == set(after["properties"])
    assert described(corporation, "events") == events
    corporation.clear()
    assert described(corporation) == before


def test_the_document_can_fail_by_itself(corporation: Reader) -> None:
    corporation.fail("500", path="/openapi.json", count=1)
    assert corporation.get("/applications").status_code == 200
    assert corporation.get("/openapi.json").status_code == 500
    assert corporation.get("/openapi.json").status_code == 200
    assert corporation.struck("500")[-1]["request"] == "/openapi.json"
