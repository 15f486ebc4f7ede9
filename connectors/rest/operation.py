"""What a step may say of a call to a REST system, and the request that it makes of its data."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self
from urllib.parse import quote, urlencode

import orjson
from pydantic import Field, model_validator

from connectors.errors import WillNeverWork
from connectors.options import Options

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
_PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
_KINDS = {"json": "application/json", "form": "application/x-www-form-urlencoded"}
_OF_HEADERS = re.compile(r"^[A-Za-z0-9-]+$")


class RestOperation(Options):
    """`operation:` of a step that calls a REST system."""

    method: Method = Field(default="POST", description="The method of HTTP.")
    path: str = Field(
        pattern=r"^/[^?#\s]*$",
        description="Appended to the system's address; `{name}` is filled in from the data.",
    )
    params: dict[str, str | int | float | bool] = Field(
        default={}, description="Query parameters that never change (not for secrets)."
    )
    query: list[str] = Field(default=[], description="Data that go into the query.")
    headers: dict[str, str] = Field(
        default={}, description="Headers that never change (not for secrets)."
    )
    body: Literal["json", "form", "none"] | None = Field(
        default=None,
        description="How the other data go: json where the method has a body, else none.",
    )
    key_header: str | None = Field(
        default=None,
        pattern=_OF_HEADERS.pattern,
        description="A header for the idempotency key, such as Idempotency-Key.",
    )

    @property
    def kind(self) -> Literal["json", "form", "none"]:
        """How data go that are neither in the path nor in the query."""
        return self.body or ("json" if self.method in ("POST", "PUT", "PATCH") else "none")

    @property
    def placeholders(self) -> list[str]:
        """The names that the path has."""
        return _PLACEHOLDER.findall(self.path)

    @model_validator(mode="after")
    def _can_be_sent(self) -> Self:
        if "{" in _PLACEHOLDER.sub("", self.path) or "}" in _PLACEHOLDER.sub("", self.path):
            raise ValueError("path: write what is filled in as `{name}`")
        for name, value in self.headers.items():
            if not _OF_HEADERS.match(name) or not value.isprintable() or not value.isascii():
                raise ValueError(f"headers: {name} is none, or has letters that none can have")
        return self


@dataclass(frozen=True)
class Written:
    """A request as it goes out; `headers` are ours, without credentials."""

    target: str
    headers: Mapping[str, str]
    body: bytes | None


def write(asked: str, operation: RestOperation, data: Mapping[str, Any], key: str) -> Written:
    """The request. What the path or the query takes is not in the body again.

    Raises:
        WillNeverWork: a name of the path or the query is not among the data or has no value
            that can stand there, data are left over where there is no body, or a form is not flat.
    """
    taken = {*operation.placeholders, *operation.query}
    for name in sorted(taken - data.keys()):
        raise _unwritable(asked, f"{name} is not among the data", "`input` of the step")
    rest = {name: value for name, value in data.items() if name not in taken}
    if rest and operation.kind == "none":
        raise _unwritable(asked, f"{', '.join(sorted(rest))} would not be sent", "`query`, `body`")
    query = {name: _scalar(asked, name, data[name]) for name in operation.query}
    path = _PLACEHOLDER.sub(lambda found: _part(asked, found[1], data[found[1]]), operation.path)
    params = urlencode({**{n: _plain(v) for n, v in operation.params.items()}, **query})
    return Written(f"{path}?{params}" if params else path, *_content(asked, operation, rest, key))


def _content(
    asked: str, operation: RestOperation, rest: Mapping[str, Any], key: str
) -> tuple[dict[str, str], bytes | None]:
    headers = {"Accept": "application/json, */*;q=0.5", **operation.headers}
    if operation.key_header:
        if not key.isascii() or not key.isprintable():
            raise _unwritable(asked, "the key has letters that no header can have", "`key_header`")
        headers[operation.key_header] = key
    if operation.kind == "none":
        return headers, None
    headers = {"Content-Type": _KINDS[operation.kind], **headers}
    if operation.kind == "json":
        return headers, orjson.dumps(dict(rest))
    flat = {name: _scalar(asked, name, value) for name, value in rest.items()}
    return headers, urlencode(flat).encode()


def _part(asked: str, name: str, value: Any) -> str:
    """A value as a part of a path, which it can neither leave nor end."""
    text = _scalar(asked, name, value)
    if text in ("", ".", ".."):
        raise _unwritable(asked, f"{name} is {text!r}, which no part of a path can be", "`input`")
    return quote(text, safe="")


def _scalar(asked: str, name: str, value: Any) -> str:
    if not isinstance(value, str | int | float):
        kind = "nothing" if value is None else type(value).__name__
        raise _unwritable(asked, f"{name} is {kind}, not a text or a number", "`input` of the step")
    return _plain(value)


def _plain(value: str | float) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _unwritable(asked: str, found: str, where: str) -> WillNeverWork:
    return WillNeverWork(asked, f"{found}; nothing was sent", f"Correct the operation: {where}")
