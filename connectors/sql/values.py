"""Rows as records of plain values."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from connectors.errors import WrongAnswer

_DURATION = TypeAdapter(timedelta)
_PLAIN = frozenset({str, int, float, bool, type(None), list, dict})
_SPELLED: dict[type, Callable[[Any], str]] = {
    datetime: datetime.isoformat,
    date: date.isoformat,
    time: time.isoformat,
    timedelta: lambda value: str(_DURATION.dump_python(value, mode="json")),
    Decimal: str,
    UUID: str,
}


def check_columns(asked: str, columns: Sequence[str], needed: Iterable[str]) -> None:
    """See that no column is there twice, and that cursor and key are there.

    Raises:
        WrongAnswer: otherwise; names the column.
    """
    twice = [name for name, count in Counter(columns).items() if count > 1]
    missing = [name for name in needed if name not in columns]
    if twice or missing:
        found = f"the column {twice[0]} is there twice" if twice else f"{missing[0]} is not there"
        raise WrongAnswer(
            asked,
            f"{found}; the columns are {', '.join(columns)}",
            "Give each column a name of its own, spelled as in cursor and key of the YAML",
        )


def to_records(
    asked: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> list[dict[str, Any]]:
    """The rows as column → value.

    Times become ISO 8601 text (one without a zone stays without), durations ISO 8601 text,
    decimals and UUIDs text.

    Raises:
        WrongAnswer: a value is of a kind that has no such spelling; names the column.
    """
    return [
        {
            column: value if type(value) in _PLAIN else _spelled(asked, column, value)
            for column, value in zip(columns, row, strict=True)
        }
        for row in rows
    ]


def _spelled(asked: str, column: str, value: object) -> str:
    spell = _SPELLED.get(type(value))
    if spell is None:
        raise WrongAnswer(
            asked,
            f"the column {column} holds {type(value).__name__}, which is no text, number or time",
            "Leave it out with `columns:`, or turn it into text in a `query:`",
        )
    return spell(value)
