"""A page's column at once, where all its values are as most are; else it is read one by one.

A reader answers the very texts that reading one by one would, or None where a single value
of the page needs a closer look: it decides nothing by itself.
"""

import re
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from models.datasets import Kind
from models.environment.sources import FieldMap

Column = list[str | None]
Reader = Callable[[Sequence[Any]], Column | None]

SURROGATE = re.compile("[\ud800-\udfff]")
"""Half of a character: UTF-8 has none, so PostgreSQL keeps none."""

_TEXTS = frozenset({str, type(None)})
_TO_ZERO = str.maketrans("123456789", "0" * 9)
# Written like this, Python and PostgreSQL read the same moment; both know these offsets.
_SHAPE = re.compile(r"0000-00-00[T ]00:00:00(\.0{1,6})?(Z|[+-]00:00)")
_OFFSET = re.compile(r"Z|[+-](0\d|1[0-5]):[0-5]\d", re.ASCII)


def reader(kind: Kind, mapped: FieldMap) -> Reader | None:
    """The reader for a column of this kind, where there is one."""
    if mapped.map is not None:
        return None
    if kind == "text":
        return texts
    return instants if kind == "time" and mapped.format is None else None


def texts(values: Sequence[Any]) -> Column | None:
    """Texts without blanks at their ends; None where one is no text, or not to be stored."""
    if not _TEXTS.issuperset(map(type, values)):
        return None
    joined = "".join(filter(None, values))
    if "\x00" in joined or (not joined.isascii() and SURROGATE.search(joined)):
        return None
    return [value.strip() or None if value else None for value in values]


def instants(values: Sequence[Any]) -> Column | None:
    """ISO 8601 times with an offset, as they are; None where one is anything else."""
    if not _TEXTS.issuperset(map(type, values)):
        return None
    if not are_instants([value for value in values if value]):
        return None
    return [value or None for value in values]


def are_instants(values: Collection[str]) -> bool:
    """Whether all are times on the calendar, written in full, with an offset that exists."""
    if not all(map(_SHAPE.fullmatch, {value.translate(_TO_ZERO) for value in values})):
        return False
    if not all(map(_OFFSET.fullmatch, {offset(value) for value in values})):
        return False
    try:
        for _ in map(datetime.fromisoformat, values):
            pass
    except ValueError:
        return False
    return True


def offset(value: str) -> str:
    """The offset at the end of a time written in full."""
    return "Z" if value.endswith("Z") else value[-6:]


def latest(values: Collection[str]) -> str | None:
    """The latest of these instants; None where they are not all that, with one offset.

    Then the order of the texts is that of the moments, fractions of a second included, as all
    have equally many digits.
    """
    alike = {len(value) for value in values}, {offset(value) for value in values}
    if any(len(each) != 1 for each in alike) or not are_instants(values):
        return None
    if len({value[10] for value in values}) != 1:
        return None
    return max(values)
