"""An OpenAPI document of lists read in pages, made from one record of each.

So it says what the lists answer, the fields that a fault bends among it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

Record = Mapping[str, Any]

_WINDOW = {"changed_since": "string", "changed_until": "string"}
_PAGE = {"page": "integer", "size": "integer"}
_TEXT = {"type": "string"}
_NUMBER = {"type": "integer"}


def document(title: str, key: str, lists: Mapping[str, Sequence[Record]]) -> dict[str, Any]:
    """The document of the lists, by path, each with a few of its records.

    Readers have to send the header `key`. A field that is null in a record may be null in others.
    """
    names = {path: path.strip("/").replace("/", "_") for path in lists}
    return {
        "openapi": "3.0.3",
        "info": {"title": title, "version": "1"},
        "security": [{"key": []}],
        "paths": {path: {"get": _operation(names[path])} for path in lists},
        "components": {
            "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": key}},
            "schemas": {names[path]: _schema(records) for path, records in lists.items()},
        },
    }


def _operation(name: str) -> dict[str, Any]:
    page = {
        "type": "object",
        "required": ["items", "page", "total", "next"],
        "properties": {
            "items": {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}},
            "page": _NUMBER,
            "total": _NUMBER,
            "next": _TEXT | {"nullable": True},
        },
    }
    return {
        "operationId": f"list_{name}",
        "parameters": [
            {"name": each, "in": "query", "schema": {"type": kind}}
            for each, kind in (_PAGE | _WINDOW).items()
        ],
        "responses": {
            "200": {
                "description": "A page, in order of change",
                "content": {"application/json": {"schema": page}},
            },
            "400": {"description": "The question is not understood"},
            "401": {"description": "The key is missing or wrong"},
        },
    }


def _schema(records: Sequence[Record]) -> dict[str, Any]:
    """Every field that any of the records has, in their order."""
    fields: dict[str, list[Any]] = {}
    for record in records:
        for name, value in record.items():
            fields.setdefault(name, []).append(value)
    everywhere = [name for name, values in fields.items() if len(values) == len(records)]
    return {
        "type": "object",
        "required": everywhere,
        "properties": {name: _field(values) for name, values in fields.items()},
    }


def _field(values: Sequence[Any]) -> dict[str, Any]:
    filled = [value for value in values if value is not None]
    found = _type(filled[0]) if filled else dict(_TEXT)
    return found if len(filled) == len(values) else found | {"nullable": True}


def _type(value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"type": "boolean"}
    if isinstance(value, int):
        return dict(_NUMBER)
    if isinstance(value, float):
        return {"type": "number"}
    if isinstance(value, list):
        return {"type": "array", "items": _type(value[0]) if value else {}}
    if isinstance(value, str) and value[4:5] == "-" and value[10:11] == "T":
        return {"type": "string", "format": "date-time"}
    return dict(_TEXT)
