"""An OpenAPI document of the console, for fuzzing: its routes, and the fields that pages show.

The application has none on purpose: its forms are read by hand. So the fields come from the forms
and the links of its own pages.
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from fastapi import FastAPI

from console.pictures.walk import Map, Visited

FORM = "application/x-www-form-urlencoded"
NASTY = [
    "",
    "\x00",
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "مرحبا \u202eabc\u202c",
    "=HYPERLINK(1)",
    "x" * 10_000,
    "-1",
    "9" * 30,
    "1e400",
    "NaN",
    "2026-02-30",
    "../../etc/passwd",
    "{{ 7 * 7 }}",
    "%s%(x)s",
]
"""Values that programs have stumbled over."""
Fields = dict[str, set[str]]


def document(app: FastAPI, pages: Iterable[Visited]) -> dict[str, Any]:
    """The document: every way to ask, each field with the values seen, nasty ones, and any text."""
    made = app.openapi()
    queries, forms, names = _fields(pages)
    for template, ways in made["paths"].items():
        for method, way in ways.items():
            for each in way.get("parameters", []):
                if each["in"] == "path":
                    each["schema"] = _any_of(names.get((template, each["name"]), set()))
            given = queries if method == "get" else forms
            _put(way, method, given.get(template, {}))
    return made


def _put(way: dict[str, Any], method: str, fields: Fields) -> None:
    if method == "get":
        known = {each["name"] for each in way.get("parameters", [])}
        way["parameters"] = way.get("parameters", []) + [
            {"name": name, "in": "query", "required": False, "schema": _any_of(values)}
            for name, values in fields.items()
            if name not in known
        ]
        return
    properties = {name: _any_of(values) for name, values in fields.items()}
    schema = {"type": "object", "properties": properties, "additionalProperties": False}
    schema["required"] = sorted(properties)
    way["requestBody"] = {"required": True, "content": {FORM: {"schema": schema}}}


def _any_of(values: set[str]) -> dict[str, Any]:
    ways: list[dict[str, Any]] = [{"enum": NASTY}, {"type": "string", "minLength": 1}]
    return {"anyOf": [*([{"enum": sorted(values)}] * 2 if values else []), *ways]}


def _fields(
    pages: Iterable[Visited],
) -> tuple[dict[str, Fields], dict[str, Fields], dict[tuple[str, str], set[str]]]:
    """The fields of addresses and of forms by route, and what stands in paths."""
    known = Map()
    queries: dict[str, Fields] = {}
    forms: dict[str, Fields] = {}
    names: dict[tuple[str, str], set[str]] = {}
    for page in pages:
        for link in (page.address, *page.links()):
            template = known.template(link)
            if template is not None:
                _seen(queries, template, parse_qsl(urlsplit(link).query))
                _in_path(names, template, link)
        for form in page.document.forms if page.document is not None else []:
            action = urljoin(page.address, form.action or page.address)
            template = known.of_form(action)
            if template is not None and form.method.upper() == "POST":
                _seen(forms, template, [(name, form.fields[name] or "") for name in form.fields])
    return queries, forms, names


def _seen(found: dict[str, Fields], template: str, fields: Iterable[tuple[str, str]]) -> None:
    for name, value in fields:
        if name != "forms":
            found.setdefault(template, {}).setdefault(name, set()).add(str(value))


def _in_path(found: dict[tuple[str, str], set[str]], template: str, link: str) -> None:
    parts = zip(template.split("/"), urlsplit(link).path.split("/"), strict=False)
    for name, value in parts:
        if name.startswith("{"):
            found.setdefault((template, name.strip("{}")), set()).add(value)
