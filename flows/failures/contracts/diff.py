"""How two forms of a contract differ, in plain words, and whether a reader breaks by it."""

from collections.abc import Iterator, Mapping
from typing import Literal

from flows.failures.contracts.form import UNKNOWN, Facet, Form, Operation, Part

Code = Literal[
    "operation_gone",
    "operation_new",
    "field_gone",
    "field_new",
    "kind_changed",
    "now_required",
    "now_optional",
    "now_many",
    "now_single",
    "values_gone",
    "values_new",
    "address_gone",
    "address_new",
]
Side = Literal["input", "output", ""]

_BREAKS: frozenset[tuple[Code, Side]] = frozenset(
    {
        ("operation_gone", ""),
        ("address_gone", ""),
        ("field_gone", "output"),
        ("field_gone", "input"),
        ("kind_changed", "output"),
        ("kind_changed", "input"),
        ("now_required", "input"),
        ("now_optional", "output"),
        ("now_many", "output"),
        ("now_single", "output"),
        ("now_many", "input"),
        ("now_single", "input"),
        ("values_gone", "input"),
        ("values_new", "output"),
    }
)
"""What breaks those who rely on it: who sends must not be told to send more or otherwise, who
reads must not get less or otherwise. A new field that has to be sent breaks, too."""


class Difference(Part):
    """One difference: what happened (`code`), to which field of which operation, in words.

    `breaking` is whether somebody who relies on this part of the contract breaks by it.
    """

    code: Code
    operation: str
    side: Side = ""
    path: str = ""
    sentence: str
    breaking: bool


def compare(before: Form, after: Form, columns: bool = False) -> list[Difference]:
    """The differences, in order of operation and field; none between equal forms.

    A field that was never filled says nothing of its kind, so that its first value is no
    difference. `columns` are told as such, without the operation that every source has.
    """
    words = _Words(columns)
    found = [*_addresses(before, after)]
    for name in sorted(before.operations.keys() | after.operations.keys()):
        was, is_ = before.operations.get(name), after.operations.get(name)
        if was is None:
            found.append(_whole("operation_new", name, f"operation {name} is new"))
        elif is_ is None:
            found.append(_whole("operation_gone", name, f"operation {name} has gone"))
        else:
            found += _operation(name, was, is_, words)
    return found


def _addresses(before: Form, after: Form) -> Iterator[Difference]:
    for address in before.addresses:
        if address not in after.addresses:
            yield _whole("address_gone", address, f"address {address} has gone")
    for address in after.addresses:
        if address not in before.addresses:
            yield _whole("address_new", address, f"address {address} is new")


def _whole(code: Code, name: str, sentence: str) -> Difference:
    breaking = (code, "") in _BREAKS
    return Difference(code=code, operation=name, sentence=sentence, breaking=breaking)


def _operation(
    name: str, before: Operation, after: Operation, words: "_Words"
) -> Iterator[Difference]:
    yield from _fields(name, "input", before.input, after.input, words)
    yield from _fields(name, "output", before.output, after.output, words)


def _fields(
    operation: str,
    side: Side,
    before: Mapping[str, Facet],
    after: Mapping[str, Facet],
    words: "_Words",
) -> Iterator[Difference]:
    def told(code: Code, path: str, what: str, breaking: bool | None = None) -> Difference:
        colon = ":" if code == "kind_changed" else ""
        sentence = f"{words.field(operation, side, path)}{colon} {what}"
        breaks = (code, side) in _BREAKS if breaking is None else breaking
        return Difference(
            code=code, operation=operation, side=side, path=path, sentence=sentence, breaking=breaks
        )

    for path in sorted(before.keys() | after.keys()):
        if path not in after:
            if not _within(path, before.keys() - after.keys()):
                yield told("field_gone", path, "has gone")
        elif path not in before:
            if not _within(path, after.keys() - before.keys()):
                needed = side == "input" and after[path].required
                what = "is new, and has to be sent" if needed else f"is new ({after[path].kind})"
                yield told("field_new", path, what, needed)
        else:
            for code, what in _facets(before[path], after[path], side):
                yield told(code, path, what)


def _within(path: str, others: set[str]) -> bool:
    """Whether a field that it lies in is told already."""
    parts = path.split(".")
    above = {".".join(parts[:length]) for length in range(1, len(parts))}
    return not others.isdisjoint(above) or (path != "" and "" in others)


def _facets(before: Facet, after: Facet, side: Side) -> Iterator[tuple[Code, str]]:
    if UNKNOWN not in (before.kind, after.kind) and before.kind != after.kind:
        yield "kind_changed", f"{before.kind} became {after.kind}"
    if not before.required and after.required:
        yield "now_required", "now has to be sent" if side == "input" else "is now always there"
    if before.required and not after.required:
        yield "now_optional", "is now optional"
    if before.many != after.many:
        code: Code = "now_many" if after.many else "now_single"
        yield code, "may now come many times" if after.many else "now comes only once"
    yield from _values(before, after)


def _values(before: Facet, after: Facet) -> Iterator[tuple[Code, str]]:
    was, is_ = set(before.values), set(after.values)
    if was == is_:
        return
    if not is_:
        yield "values_new", "may now be anything"
    elif not was:
        yield "values_gone", f"may now only be {_listed(is_)}"
    else:
        if gone := was - is_:
            yield "values_gone", f"may no longer be {_listed(gone)}"
        if new := is_ - was:
            yield "values_new", f"may now be {_listed(new)}"


def _listed(values: set[str], most: int = 5) -> str:
    shown = ", ".join(f"`{value[:40]}`" for value in sorted(values)[:most])
    return shown if len(values) <= most else f"{shown} and {len(values) - most} more"


class _Words:
    """How fields are named."""

    def __init__(self, columns: bool) -> None:
        self._columns = columns

    def field(self, operation: str, side: Side, path: str) -> str:
        if self._columns:
            return f"column {path}"
        where = "the request" if side == "input" else "the answer"
        if not path:
            return f"{where} of {operation}"
        return f"field {path} of {where} of {operation}"
