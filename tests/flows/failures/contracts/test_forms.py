"""What is read from a WSDL and an OpenAPI document, and what is told of what cannot be."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.failures.contracts.form import Facet, Form, Unreadable
from flows.failures.contracts.openapi import read_openapi
from flows.failures.contracts.wsdl import read_wsdl
from tests.flows.failures.contracts.made import OPENAPI, application, openapi, wsdl

URL = "http://office.example.org/description"


def nowhere(_here: str, _location: str) -> None:
    return None


def from_openapi(body: bytes) -> Form:
    return read_openapi(URL, body)


def from_wsdl(body: bytes) -> Form:
    return read_wsdl(URL, body, nowhere)


def test_openapi() -> None:
    form = from_openapi(openapi())
    assert form.addresses == ("https://office.example.org/api",)
    assert set(form.operations) == {"GET /api/applications", "PUT /api/applications/{number}"}
    get = form.operations["GET /api/applications"]
    assert get.input == {
        "query page": Facet(kind="number"),
        "query changed_since": Facet(kind="text"),
        "credentials key": Facet(kind="text", required=True),
    }
    assert get.output["items"] == Facet(kind="object", required=True, many=True)
    assert get.output["next"] == Facet(kind="empty or text")
    assert get.output["items.received_at"] == Facet(kind="time", required=True)
    assert get.output["items.status"].values == ("issued", "open", "refused")
    assert get.output["items.person.iin"] == Facet(kind="text")
    assert get.output["items.person.children"] == Facet(kind="object", many=True)
    assert "items.person.children.number" not in get.output, "what contains itself is read once"
    put = form.operations["PUT /api/applications/{number}"]
    assert put.input["body.number"] == Facet(kind="text", required=True)
    assert put.output == {}


def test_openapi_in_yaml_and_swagger() -> None:
    text = b"swagger: '2.0'\nbasePath: /v1\npaths:\n  /a:\n    get:\n      responses:\n        200:"
    form = from_openapi(text + b"\n          schema: {type: array, items: {type: integer}}\n")
    assert form.operations["GET /v1/a"].output == {
        "": Facet(kind="number", required=True, many=True)
    }


def test_parts_of_a_schema_are_put_together() -> None:
    def bend(document: dict[str, Any]) -> None:
        fields = application(document)["properties"]
        fields["all"] = {"allOf": [{"properties": {"a": {"type": "string"}}, "required": ["a"]},
                                   {"properties": {"b": {"type": "number"}}}]}  # fmt: skip
        fields["one"] = {"oneOf": [{"type": "string"}, {"type": "integer"}]}
        fields["far"] = {"$ref": "other.json#/x"}
        fields["lost"] = {"$ref": "#/components/schemas/Nobody"}

    form = from_openapi(openapi(bend))
    output = form.operations["GET /api/applications"].output
    assert output["items.all.a"] == Facet(kind="text", required=True)
    assert output["items.all.b"] == Facet(kind="number")
    assert output["items.one"].kind == "number or text"
    assert output["items.far"].kind == "any"
    assert len(form.notes) == 2


def test_wsdl() -> None:
    form = from_wsdl(wsdl())
    assert form.addresses == ("http://persons.example.org/ws",), "no password is kept"
    assert set(form.operations) == {"getPerson", "ping"}
    get = form.operations["getPerson"]
    assert get.input["getPerson.iin"] == Facet(kind="text", required=True)
    person = "getPersonResponse.person"
    assert get.output[person] == Facet(kind="object", many=True)
    assert get.output[f"{person}.@id"] == Facet(kind="number", required=True)
    assert get.output[f"{person}.birthDate"] == Facet(kind="time", required=True)
    assert get.output[f"{person}.lifeStatus"].values == ("alive", "dead")
    assert get.output[f"{person}.child"] == Facet(kind="object", many=True)
    assert f"{person}.child.name" not in get.output
    assert get.output[f"{person}.home"] == Facet(kind="text"), "one of a choice may be missing"
    assert form.operations["ping"].output == {}


def test_what_a_wsdl_imports() -> None:
    text = wsdl().decode()
    start, end = text.index("<x:schema"), text.index("</x:schema>") + len("</x:schema>")
    namespace = 'xmlns:x="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:persons"'
    schema = text[start:end].replace("<x:schema", f"<x:schema {namespace}")
    looped = schema.replace("<x:element", '<x:include schemaLocation="types.xsd"/><x:element', 1)
    outer = (
        text[:start] + '<x:schema><x:import schemaLocation="types.xsd"/></x:schema>' + text[end:]
    )
    asked = []

    def fetch(here: str, location: str) -> tuple[str, bytes]:
        asked.append((here, location))
        return f"http://office.example.org/{location}", looped.encode()

    form = read_wsdl(URL, outer.encode(), fetch)
    assert form.operations == from_wsdl(wsdl()).operations
    assert len(asked) == 2, "a document that includes itself is read once"
    assert read_wsdl(URL, outer.encode(), nowhere).notes == ("not followed: types.xsd",)


BOMB = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;">]>
<definitions>&c;</definitions>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>
<definitions>&e;</definitions>"""
PAGE = b"<!DOCTYPE html><html><body><h1>503</h1></body></html>"
BROKEN_XML = {
    "bomb": (BOMB, "entities"),
    "outside": (OUTSIDE, "entities"),
    "bomb in UTF-16": (BOMB.decode().encode("utf-16"), "DOCTYPE"),
    "page": (PAGE, "DOCTYPE"),
    "truncated": (wsdl()[:900], "not whole XML"),
    "empty": (b"", "not whole XML"),
    "not XML": (b"\x00\x01", "not whole XML"),
    "deep": (b"<a>" * 100_000, "not whole XML"),
    "another root": (b"<html/>", "<html>"),
    "WSDL 2": (b'<description xmlns="http://www.w3.org/ns/wsdl"/>', "WSDL 2.0"),
    "nothing in it": (b'<definitions xmlns="http://schemas.xmlsoap.org/wsdl/"/>', "no operation"),
}


@pytest.mark.parametrize("name", BROKEN_XML)
def test_no_wsdl(name: str) -> None:
    body, words = BROKEN_XML[name]
    with pytest.raises(Unreadable, match=words):
        from_wsdl(body)


def endless(document: dict[str, Any]) -> None:
    """Schemas that refer to each other in pairs: as many fields as 2 to the 40th."""
    schemas = document["components"]["schemas"]
    for number in range(40):
        ref = {"$ref": f"#/components/schemas/S{number + 1}"}
        schemas[f"S{number}"] = {"type": "object", "properties": {"a": ref, "b": ref}}
    application(document)["properties"]["more"] = {"$ref": "#/components/schemas/S0"}


BROKEN_JSON = {
    "page": (PAGE, "HTML"),
    "truncated": (openapi()[:-40], "not whole JSON"),
    "empty": (b"", "not whole JSON"),
    "a list": (b"[]", "neither"),
    "another document": (b'{"error": "no"}', "neither"),
    "no paths": (b'{"openapi": "3.0.0", "paths": {}}', "no paths"),
    "no operation": (b'{"openapi": "3.0.0", "paths": {"/a": {}}}', "no operation"),
    "endless": (openapi(endless), "more than 20,000 fields"),
    "deep": (b"[" * 100_000, "not whole JSON"),
    "a long text": (b"a" * 2_000_000, "not whole JSON"),
    "YAML that is none": (b"a: [", "neither JSON nor YAML"),
    "wrong kinds": (b'{"openapi": "3.0.0", "paths": {"/a": {"get": 3}, "/b": []}}', "no operation"),
}


@pytest.mark.parametrize("name", BROKEN_JSON)
def test_no_openapi(name: str) -> None:
    body, words = BROKEN_JSON[name]
    with pytest.raises(Unreadable, match=words):
        from_openapi(body)


def test_references_in_a_circle() -> None:
    def bend(document: dict[str, Any]) -> None:
        schemas = document["components"]["schemas"]
        schemas["A"], schemas["B"] = ({"$ref": f"#/components/schemas/{n}"} for n in "BA")
        application(document)["properties"]["round"] = {"$ref": "#/components/schemas/A"}

    output = from_openapi(openapi(bend)).operations["GET /api/applications"].output
    assert output["items.round"].kind == "any"


def shuffled(value: Any, order: Any) -> Any:
    if isinstance(value, dict):
        keys = list(value)
        order.shuffle(keys)
        return {key: shuffled(value[key], order) for key in keys}
    if isinstance(value, list):
        items = [shuffled(each, order) for each in value]
        if all(isinstance(each, str) for each in items):
            order.shuffle(items)
        return items
    return value


@given(st.randoms())
def test_order_changes_nothing(order: Any) -> None:
    body = orjson.dumps(shuffled(OPENAPI, order))
    assert from_openapi(body).digest == from_openapi(openapi()).digest


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_whatever_comes_is_told(body: bytes) -> None:
    for read in (from_openapi, from_wsdl):
        with pytest.raises(Unreadable):
            read(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["type", "properties", "items", "$ref", "allOf", "oneOf", "required",
                         "get", "parameters", "responses", "200", "content", "schema", "enum",
                         "requestBody", "in", "name", "security", "nullable"]),
        inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@given(JSON, JSON)
def test_wrong_kinds_within_a_document_never_break_the_reader(item: Any, schema: Any) -> None:
    answer = {"get": {"responses": {"200": {"schema": schema}}, "parameters": [schema, item]}}
    body = orjson.dumps({"openapi": "3", "paths": {"/a": item, "/b": answer}, "servers": item})
    assert "GET /b" in from_openapi(body).operations
