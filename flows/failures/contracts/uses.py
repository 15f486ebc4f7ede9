"""What our sources take from a system, in the words of its contract."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import jmespath
from jmespath.exceptions import JMESPathError

from connectors.rest.options import RestConnection, RestRequest
from flows.failures.contracts.form import Form, joined
from flows.ingest.mapping import Mapping as FieldMapping
from models.datasets import DATASETS, Kind
from models.environment.contracts import Contract
from models.environment.loader import Environment
from models.environment.sources import FieldMap, Source

RECORDS = "records"
"""The one operation of a source's columns."""

_TEXTS = frozenset({"text", "time", "number", "any", "empty"})
_FITS: Mapping[Kind, frozenset[str]] = {
    "text": _TEXTS,
    "time": frozenset({"text", "time", "any", "empty"}),
    "date": frozenset({"text", "time", "any", "empty"}),
    "integer": frozenset({"text", "number", "any", "empty"}),
    "boolean": _TEXTS | {"boolean"},
    "names": _TEXTS | {"object"},
    "list": _TEXTS | {"list"},
    "duration": frozenset({"text", "any", "empty"}),
}
"""The kinds of values that each kind of column can be read from."""


@dataclass(frozen=True)
class Taken:
    """A field that a source takes: what for, whether the column has to be filled, what fits.

    `fits` is empty where whatever comes is taken; `text` is whether it is a code or a name.
    """

    path: str
    target: str
    required: bool
    fits: frozenset[str] = frozenset()
    text: bool = False

    def takes(self, kind: str) -> bool:
        """Whether values of this kind, or of these kinds, can be read."""
        return not self.fits or any(each in self.fits for each in kind.split(" or "))


@dataclass(frozen=True)
class Use:
    """What one source asks for, sends and takes; `operation` as the contract names it."""

    source: str
    operation: str
    taken: tuple[Taken, ...]
    sent: frozenset[str] = frozenset()
    known: bool = field(default=False)
    """Whether we say who we are."""


def uses(environment: Environment, system: str, contract: Contract, form: Form) -> list[Use]:
    """What the system's sources use of a contract; nothing where it is not known which they are."""
    found = []
    for name, source in sorted(environment.sources.items()):
        if source.system != system:
            continue
        if contract.kind == "columns":
            if name == contract.source:
                found.append(Use(name, RECORDS, tuple(_fields(environment, source, form, RECORDS))))
        elif source.connector == "rest" and contract.kind == "openapi":
            found += _rest(environment, source, form)
        elif contract.kind == "wsdl" and source.request.get("operation") in form.operations:
            operation = str(source.request["operation"])
            found.append(Use(name, operation, tuple(_fields(environment, source, form, operation))))
    return found


def _rest(environment: Environment, source: Source, form: Form) -> Iterator[Use]:
    connection = RestConnection.model_validate(environment.systems[source.system].connection)
    request = RestRequest.model_validate(source.request)
    operation = _found(form, connection.url + request.path)
    if operation is None:
        return
    structure = [
        Taken(path, words, required=True)
        for expression, words in (
            (request.items, "the list of records"),
            (request.next, "the link to the next page"),
            (request.total, "the number of records"),
        )
        if expression and (path := path_of(expression))
    ]
    items = (path_of(request.items) or "") if request.items else ""
    page = request.page
    names = {request.since_param, request.until_param, page.param, *request.params}
    if page.size is not None:
        names.add(page.size_param)
    yield Use(
        source.source,
        operation,
        (*structure, *_fields(environment, source, form, operation, items)),
        frozenset(f"query {name}" for name in names if name),
        connection.auth.kind != "none",
    )


def _found(form: Form, url: str) -> str | None:
    """The operation of a contract that answers GET at an address."""
    wanted = urlsplit(url).path.rstrip("/")
    best: str | None = None
    for name in form.operations:
        method, _, path = name.partition(" ")
        path = path.rstrip("/")
        fits = method == "GET" and (wanted == path or wanted.endswith(path))
        if fits and (best is None or len(name) > len(best)):
            best = name
    return best


def _fields(
    environment: Environment, source: Source, form: Form, operation: str, prefix: str = ""
) -> Iterator[Taken]:
    """The fields that the source maps, its cursor among them."""
    dataset = DATASETS[source.dataset]
    within = f"{prefix}." if prefix else ""
    output = form.operations[operation].output if operation in form.operations else {}
    seen = {path.removeprefix(within) for path in output if path.startswith(within)}
    origins = FieldMapping(source, environment.settings).origins(seen)
    for target, names in origins.items():
        mapped, column = source.fields[target], dataset.column(target)
        whole = None if mapped.from_ in seen else path_of(mapped.from_ or "")
        fits = _fits(mapped, column.kind)
        for name in sorted(names) if whole is None else [whole]:
            only = fits if len(names) == 1 else frozenset[str]()
            text = column.kind == "text"
            yield Taken(joined(prefix, name), target, column.required, only, text)
    cursor = source.cursor
    if cursor is not None and not any(cursor.field in names for names in origins.values()):
        yield Taken(joined(prefix, cursor.field), "the cursor", required=True)


def _fits(mapped: FieldMap, kind: Kind) -> frozenset[str]:
    if mapped.map is not None or (kind == "time" and mapped.format is not None):
        return _TEXTS
    return _FITS[kind]


def path_of(expression: str) -> str | None:
    """The path that a plain JMESPath follows, such as `person.iin`; None for any other."""
    try:
        return _path(jmespath.compile(expression).parsed)
    except JMESPathError:
        return None


def _path(node: Any) -> str | None:
    kind, children = node["type"], node["children"]
    if kind == "field":
        return str(node["value"])
    if kind in ("subexpression", "projection", "index_expression"):
        parts = [_path(child) for child in children if child["type"] not in ("identity", "index")]
        return None if None in parts else ".".join(str(part) for part in parts)
    if kind == "flatten":
        return _path(children[0])
    return None
