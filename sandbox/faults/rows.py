"""Faults that spoil single records or the fields of all records of a page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from sandbox.faults.fault import Fault

Row = dict[str, Any]

DEFAULT_SHARE = 0.05


@dataclass(frozen=True)
class RowShape:
    """What the fields of a body's records are called; None where it has no such field.

    `earlier` gives a moment an hour before another, both as the body writes them; `retyped` is
    the same value in another type.
    """

    number: str
    received: str
    earlier: Callable[[Any], Any]
    retyped: Callable[[Any], Any]
    service: str | None = None
    identifier: str | None = None
    closed: str | None = None

    def can(self, kind: str) -> bool:
        """Whether records of this shape can be spoilt so."""
        needed = {
            "bad_identifiers": self.identifier,
            "unknown_services": self.service,
            "duplicate_numbers": self.service,
            "closed_before_received": self.closed,
        }
        return needed.get(kind, self.number) is not None


def spoil_rows(fault: Fault, rows: list[Row], shape: RowShape) -> tuple[list[Row], list[Any]]:
    """The rows with some of them spoilt, and the numbers of those.

    Which rows depends on the fault and the number alone: a record stays wrong on every page it
    is shown on while the fault lasts. Where none is chosen the nearest one is, so that every
    strike shows.
    """
    chosen = _chosen(fault, rows, shape)
    spoilt: list[Row] = []
    for row in rows:
        if row[shape.number] not in chosen:
            spoilt.append(row)
        elif fault.kind == "duplicate_numbers":
            spoilt += [row, _other_service(row, shape)]
        else:
            spoilt.append(_SPOILERS[fault.kind](row, shape))
    return spoilt, sorted(chosen)


def bend_fields(fault: Fault, rows: list[Row], shape: RowShape) -> tuple[list[Row], str]:
    """Every row with a field more, a field less or a field of another type; the field's name."""
    if fault.kind == "new_field":
        name = str(fault.options.get("field", "priority"))
        return [row | {name: fault.options.get("value", "ordinary")} for row in rows], name
    default = shape.received if fault.kind == "vanished_field" else shape.service
    name = str(fault.options.get("field", default or shape.received))
    if fault.kind == "vanished_field":
        return [{key: row[key] for key in row if key != name} for row in rows], name
    return [row | {name: shape.retyped(row[name])} for row in rows], name


def _chosen(fault: Fault, rows: list[Row], shape: RowShape) -> set[Any]:
    share = DEFAULT_SHARE if fault.share is None else fault.share
    draw = {row[shape.number]: crc32(f"{fault.id}:{row[shape.number]}".encode()) for row in rows}
    hit = {number for number, drawn in draw.items() if drawn < share * 2**32}
    return hit or ({min(draw, key=draw.__getitem__)} if draw else set())


def _bad_identifier(row: Row, shape: RowShape) -> Row:
    name = str(shape.identifier)
    value = str(row[name])
    return row | {name: value[:-1] + str((int(value[-1]) + 1) % 10)}


def _unknown_service(row: Row, shape: RowShape) -> Row:
    name = str(shape.service)
    return row | {name: "99999" + str(row[name])[-3:]}


def _closed_before_received(row: Row, shape: RowShape) -> Row:
    return row | {str(shape.closed): shape.earlier(row[shape.received])}


def _other_service(row: Row, shape: RowShape) -> Row:
    """The same number for something else: another service, received an hour earlier."""
    name = str(shape.service)
    other = str(row[name])[:-1] + str((int(str(row[name])[-1]) % 9) + 1)
    return row | {name: other, shape.received: shape.earlier(row[shape.received])}


_SPOILERS: dict[str, Callable[[Row, RowShape], Row]] = {
    "bad_identifiers": _bad_identifier,
    "unknown_services": _unknown_service,
    "closed_before_received": _closed_before_received,
}
