"""OpenAPI 3 and Swagger 2: operations with parameters, bodies and successful answers."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

import orjson
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from flows.failures.contracts.form import (
    DEEPEST,
    Budget,
    Facet,
    Fields,
    Form,
    Operation,
    Unreadable,
    joined,
    kinds,
)
from flows.failures.contracts.wsdl import bare

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_KINDS = {"string": "text", "integer": "number", "number": "number", "boolean": "boolean",
          "object": "object", "array": "list", "null": "empty"}  # fmt: skip
_TIMES = frozenset({"date", "date-time", "time"})
_MOST_YAML = 1_000_000
_ASK = "Ask the owner for the address of the OpenAPI document"


def read_openapi(url: str, body: bytes) -> Form:
    """The normal form of an OpenAPI document, in JSON or YAML.

    Raises:
        Unreadable: it is neither, or no OpenAPI, or its types have too many fields.
    """
    asked = f"Reading {url}"
    try:
        return _Reader(asked, _document(asked, body)).form()
    except RecursionError as error:
        raise Unreadable(asked, "it is nested too deep", _ASK) from error


def _document(asked: str, body: bytes) -> dict[str, Any]:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        document = _yaml(asked, body, str(error))
    if not isinstance(document, dict) or not {"openapi", "swagger"} & document.keys():
        raise Unreadable(asked, "it has neither `openapi` nor `swagger` at its top", _ASK)
    if not isinstance(document.get("paths"), dict) or not document["paths"]:
        raise Unreadable(asked, "it has no paths", _ASK)
    return document


def _yaml(asked: str, body: bytes, why: str) -> Any:
    start = body.lstrip()[:1]
    if start in (b"<", b"{", b"[", b"") or len(body) > _MOST_YAML:
        what = "a page of HTML or XML" if start == b"<" else f"not whole JSON ({why})"
        raise Unreadable(asked, f"it is {what}", _ASK)
    try:
        return YAML(typ="safe").load(body.decode())
    except (YAMLError, UnicodeDecodeError, ValueError) as error:
        raise Unreadable(asked, "it is neither JSON nor YAML", _ASK) from error


class _Reader:
    """Reads one document; references are followed within it, and nowhere else."""

    def __init__(self, asked: str, document: dict[str, Any]) -> None:
        self.asked = asked
        self.document = document
        self.budget = Budget()
        self.notes: set[str] = set()

    def form(self) -> Form:
        bases = list(self._bases())
        base = urlsplit(bases[0]).path.rstrip("/") if bases else ""
        operations = {
            f"{method.upper()} {base}{path}": self._operation(item, item[method])
            for path, item in self._items()
            for method in _METHODS
            if isinstance(item.get(method), dict)
        }
        if not operations:
            raise Unreadable(self.asked, "it has no operation", _ASK)
        addresses = {bare(each) for each in bases if "://" in each}
        return Form(
            operations=operations,
            addresses=tuple(sorted(addresses)),
            notes=tuple(sorted(self.notes)),
        )

    def _items(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for path, item in self.document["paths"].items():
            followed = self._followed(item)
            if isinstance(followed, dict):
                yield str(path), followed

    def _bases(self) -> Iterator[str]:
        for server in _list(self.document.get("servers")):
            if isinstance(server, dict) and isinstance(server.get("url"), str):
                yield server["url"]
        base = self.document.get("basePath")
        if isinstance(base, str):
            host = self.document.get("host")
            yield f"https://{host}{base}" if isinstance(host, str) else base

    def _operation(self, item: Mapping[str, Any], operation: Mapping[str, Any]) -> Operation:
        sent, answered = Fields(self.asked, self.budget), Fields(self.asked, self.budget)
        for parameter in [*_list(item.get("parameters")), *_list(operation.get("parameters"))]:
            self._parameter(self._followed(parameter), sent)
        body = self._followed(operation.get("requestBody"))
        if isinstance(body, dict):
            self._body(body, body.get("required") is True, sent)
        for scheme in self._credentials(operation):
            sent.add(f"credentials {scheme}", Facet(kind="text", required=True))
        responses = _mapping(operation.get("responses"))
        for status, response in responses.items():
            if str(status).startswith("2") or (status == "default" and len(responses) == 1):
                self._answer(self._followed(response), answered)
        return Operation(input=sent.found, output=answered.found)

    def _parameter(self, parameter: Any, sent: Fields) -> None:
        if not isinstance(parameter, dict):
            return
        place, name = str(parameter.get("in")), str(parameter.get("name"))
        required = parameter.get("required") is True
        if place == "body":  # Swagger 2
            self._schema(parameter.get("schema"), "body", required, sent, ())
            return
        schema = parameter.get("schema", parameter)
        self._schema(schema, f"{place} {name}", required, sent, ())

    def _body(self, body: Mapping[str, Any], required: bool, sent: Fields) -> None:
        schema = _json_schema(body)
        if schema is not None:
            self._schema(schema, "body", required, sent, ())

    def _answer(self, response: Any, answered: Fields) -> None:
        if isinstance(response, dict):
            schema = response.get("schema") or _json_schema(response)  # the first is Swagger 2
            if schema is not None:
                self._schema(schema, "", True, answered, ())

    def _credentials(self, operation: Mapping[str, Any]) -> list[str]:
        """The schemes of the first way to be known; none where nobody needs to be."""
        ways = _list(operation.get("security", self.document.get("security")))
        if not ways or {} in ways or not isinstance(ways[0], dict):
            return []
        return sorted(ways[0])

    def _followed(self, node: Any) -> Any:
        """What a reference leads to, through references; the node itself where it is none."""
        seen: set[str] = set()
        while isinstance(node, dict) and isinstance(ref := node.get("$ref"), str):
            if ref in seen:
                return {}
            seen.add(ref)
            node = self._target(ref)
        return node

    def _target(self, ref: str) -> Any:
        if not ref.startswith("#"):
            self.notes.add(f"not followed: {ref}")
            return {}
        node: Any = self.document
        for part in ref[1:].split("/")[1:]:
            key = unquote(part).replace("~1", "/").replace("~0", "~")
            if isinstance(node, list) and key.isdecimal() and int(key) < len(node):
                node = node[int(key)]
            elif isinstance(node, dict) and key in node:
                node = node[key]
            else:
                self.notes.add(f"leads nowhere: {ref}")
                return {}
        return node

    def _schema(
        self, schema: Any, path: str, required: bool, fields: Fields, inside: tuple[int, ...]
    ) -> None:
        """The fields of a schema; one that contains itself is read once."""
        schema = self._followed(schema)
        if not isinstance(schema, dict):
            fields.add(path, Facet(kind="any", required=required))
            return
        if id(schema) in inside or path.count(".") >= DEEPEST:
            fields.add(path, Facet(kind="object", required=required))
            return
        inside = (*inside, id(schema))
        variants = [*_list(schema.get("oneOf")), *_list(schema.get("anyOf"))]
        kind = _kind(schema)
        if kind.startswith("list") or "items" in schema:
            self._list(schema, path, required, fields, inside)
            return
        if kind == "any" and (variants or schema.get("allOf")):
            self.budget.spend(self.asked)
        else:
            fields.add(path, Facet(kind=kind, required=required, values=_values(schema)))
        for part in _list(schema.get("allOf")):
            self._schema(part, path, required, fields, inside)
        for variant in variants:
            self._variant(variant, path, required, fields, inside)
        self._properties(schema, path, fields, inside)

    def _list(
        self, schema: Any, path: str, required: bool, fields: Fields, inside: tuple[int, ...]
    ) -> None:
        within = Fields(self.asked, self.budget)
        self._schema(schema.get("items"), path, required, within, inside)
        for name, facet in within.found.items():
            many = {"many": True} if name == path else {}
            fields.add(name, facet.model_copy(update=many))

    def _variant(
        self, variant: Any, path: str, required: bool, fields: Fields, inside: tuple[int, ...]
    ) -> None:
        """One of several: what only it has may be missing."""
        within = Fields(self.asked, self.budget)
        self._schema(variant, path, required, within, inside)
        for name, facet in within.found.items():
            sure = facet.required if name == path else False
            fields.add(name, facet.model_copy(update={"required": sure}))

    def _properties(
        self, schema: Mapping[str, Any], path: str, fields: Fields, inside: tuple[int, ...]
    ) -> None:
        properties = _mapping(schema.get("properties"))
        needed = {each for each in _list(schema.get("required")) if isinstance(each, str)}
        for name, inner in properties.items():
            self._schema(inner, joined(path, str(name)), name in needed, fields, inside)


def _json_schema(content: Mapping[str, Any]) -> Any:
    """The schema of a body: of its JSON, else of whatever it has."""
    found = content.get("content")
    if not isinstance(found, dict) or not found:
        return None
    chosen = next((name for name in sorted(found) if "json" in name), sorted(found)[0])
    return found[chosen].get("schema") if isinstance(found[chosen], dict) else None


def _kind(schema: Mapping[str, Any]) -> str:
    written = schema.get("type")
    if written is None:
        return "object" if isinstance(schema.get("properties"), dict) else "any"
    names = written if isinstance(written, list) else [written]
    found = {_KINDS.get(str(name), "any") for name in names}
    if "text" in found and schema.get("format") in _TIMES:
        found = found - {"text"} | {"time"}
    if schema.get("nullable") is True or schema.get("x-nullable") is True:
        found.add("empty")
    return kinds(*found) if found else "any"


def _values(schema: Mapping[str, Any]) -> tuple[str, ...]:
    values = [*_list(schema.get("enum")), *([schema["const"]] if "const" in schema else [])]
    return tuple(sorted({str(value) for value in values if value is not None}))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _mapping(value: Any) -> dict[Any, Any]:
    return value if isinstance(value, dict) else {}
