"""How a daily file can be wrong."""

from datetime import datetime, timedelta
from typing import Any

from sandbox.agriculture.files import ENCODING, HEADER, as_bytes, rows_of_day
from sandbox.faults.fault import FIELD_KINDS, ROW_KINDS, Fault
from sandbox.faults.rows import Row, RowShape, bend_fields, spoil_rows
from sandbox.history.local_time import DAY
from sandbox.history.world import World

MISSING = "time_out"  # no file on that day
PAGES = frozenset({"empty", "yesterday", "page_twice"})
KINDS = ROW_KINDS | FIELD_KINDS | PAGES | {"wrong_encoding", "cut_off", MISSING}
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "koi8-r", "cp866", ENCODING)

_FORMAT = "%d.%m.%Y %H:%M"


def _earlier(value: Any) -> str:
    return (datetime.strptime(value, _FORMAT) - timedelta(hours=1)).strftime(_FORMAT)


def _retyped(value: Any) -> str:
    """A date in ISO 8601, a number with a decimal comma, other text in upper case."""
    text = str(value)
    if len(text) == len("01.01.2026 00:00") and text[2] == ".":
        return datetime.strptime(text, _FORMAT).isoformat()
    return f"{int(text)},0" if text.isdecimal() else text.upper()


SHAPE = RowShape(
    number="номер",
    received="дата_приема",
    closed="дата_исполнения",
    service="услуга",
    identifier="БИН",
    earlier=_earlier,
    retyped=_retyped,
)


def check(fault: Fault) -> None:
    """Refuse what no file can be.

    Raises:
        ValueError: an encoding that is not among those known, or an unknown column.
    """
    encoding = fault.options.get("encoding", "utf-8")
    if encoding not in ENCODINGS:
        raise ValueError(f"encoding {encoding!r} is not one of {', '.join(ENCODINGS)}")
    field = fault.options.get("field")
    if fault.kind in ("changed_type", "vanished_field") and field not in (None, *HEADER):
        raise ValueError(f"field {field!r} is not one of {', '.join(HEADER)}")


def spoilt_file(world: World, day: int, struck: list[Fault]) -> tuple[bytes, dict[int, list[Any]]]:
    """The day's file with these faults, and for each fault the numbers of spoilt records."""
    kinds = {fault.kind for fault in struck}
    rows = rows_of_day(world, day - DAY if "yesterday" in kinds else day)
    if "page_twice" in kinds:
        rows = rows + rows
    if "empty" in kinds:
        rows = []
    spoilt: dict[int, list[Any]] = {}
    for fault in struck:
        rows, spoilt[fault.id] = _spoil(fault, rows)
    content = as_bytes(rows, _encoding(struck))
    return (content[: len(content) * 2 // 3] if "cut_off" in kinds else content), spoilt


def _spoil(fault: Fault, rows: list[Row]) -> tuple[list[Row], list[Any]]:
    if fault.kind in ROW_KINDS:
        return spoil_rows(fault, rows, SHAPE)
    if fault.kind in FIELD_KINDS:
        return bend_fields(fault, rows, SHAPE)[0], []
    return rows, []


def _encoding(struck: list[Fault]) -> str:
    wrong = [fault for fault in struck if fault.kind == "wrong_encoding"]
    return str(wrong[0].options.get("encoding", "utf-8")) if wrong else ENCODING
