"""Read a source's values into a dataset's kinds, a column at a time.

A parser takes one value that is neither missing nor blank and answers its text for the
database; it raises `ValueError` with words for a person where the value does not fit.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from flows.ingest.columns import SURROGATE
from models.datasets import Kind
from models.environment.sources import FieldMap
from models.environment.values import parse_duration

Parser = Callable[[Any], str]

_MOST_SHOWN = 40
_TRUE, _FALSE = {"true", "yes", "1"}, {"false", "no", "0"}
_BIGINT = 2**63
_MOST_OFFSET = timedelta(hours=15, minutes=59)
"""PostgreSQL knows no time zone further from Greenwich."""


def parser(kind: Kind, mapped: FieldMap, timezone: str, language: str) -> Parser:
    """The parser for a column of this kind, as its field map says.

    Raises:
        ValueError: what a value is mapped to does not fit the column.
    """
    plain = _unmapped(kind, mapped, timezone, language)
    if mapped.map is None:
        return plain
    return partial(_mapped, {theirs: plain(ours) for theirs, ours in mapped.map.items()})


def _unmapped(kind: Kind, mapped: FieldMap, timezone: str, language: str) -> Parser:
    if kind == "time":
        zone = ZoneInfo(mapped.timezone or timezone)
        return partial(_time_reader(mapped.format), zone)
    if kind == "date":
        return partial(_date, mapped.format)
    if kind == "names":
        return partial(_names, language)
    return _PLAIN[kind]


def shown(value: Any) -> str:
    """A value for a sentence: short, on one line.

    Cut between words: of an identifier that is cut the rest could not be told and masked.
    """
    text = re.sub(r"\s+", " ", str(value))
    if len(text) > _MOST_SHOWN:
        text = re.sub(r"\w+$", "", text[:_MOST_SHOWN]) + "…"
    return repr(text)


def text_of(value: Any) -> str:
    """A text; a whole number is taken as its digits."""
    if type(value) is str:
        return _storable(value.strip())
    if type(value) is int:
        return str(value)
    raise ValueError(f"{shown(value)} is not a text")


def _storable(text: str) -> str:
    """The text itself; PostgreSQL keeps no NUL, and UTF-8 no half of a surrogate pair."""
    if "\x00" in text:
        raise ValueError("has a NUL character")
    if not text.isascii() and SURROGATE.search(text):
        raise ValueError("has half of a character (a lone surrogate)")
    return text


def _mapped(values: dict[str, str], value: Any) -> str:
    found = values.get(text_of(value))
    if found is None:
        raise ValueError(f"{shown(value)} is not one of the values that `map` names")
    return found


def _time_reader(format_: str | None) -> Callable[[ZoneInfo, Any], str]:
    if format_ is None:
        return _iso_time
    if format_ in ("epoch_seconds", "epoch_milliseconds"):
        return partial(_epoch_time, 1000 if format_ == "epoch_milliseconds" else 1)
    return partial(_formatted_time, format_)


def _iso_time(zone: ZoneInfo, value: Any) -> str:
    if type(value) is not str:
        raise ValueError(f"{shown(value)} is not an ISO 8601 time")
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError(f"{shown(value)} is not an ISO 8601 time") from None
    return _moment(moment, zone)


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    if moment.tzinfo is None:
        return moment.replace(tzinfo=zone).isoformat()
    offset = moment.utcoffset()
    if offset is None or offset.microseconds or abs(offset) > _MOST_OFFSET:
        raise ValueError(f"{shown(moment)} is in no time zone on earth")
    return moment.isoformat()


def _formatted_time(format_: str, zone: ZoneInfo, value: Any) -> str:
    try:
        moment = datetime.strptime(text_of(value), format_)
    except ValueError:
        raise ValueError(f"{shown(value)} is not a time written like {format_}") from None
    return _moment(moment, zone)


def _epoch_time(divisor: int, _zone: ZoneInfo, value: Any) -> str:
    try:
        if type(value) not in (int, float, str):
            raise TypeError
        return datetime.fromtimestamp(float(value) / divisor, UTC).isoformat()
    except (TypeError, ValueError, OverflowError, OSError):
        raise ValueError(f"{shown(value)} is not a time counted since 1970") from None


def _date(format_: str | None, value: Any) -> str:
    try:
        if format_ is not None:
            return datetime.strptime(text_of(value), format_).date().isoformat()
        return date.fromisoformat(text_of(value)).isoformat()
    except ValueError:
        written = format_ or "2026-01-31"
        raise ValueError(f"{shown(value)} is not a date written like {written}") from None


def _integer(value: Any) -> str:
    text = str(value) if type(value) is int else text_of(value)
    if not re.fullmatch(r"[+-]?\d{1,19}", text) or abs(int(text)) >= _BIGINT:
        raise ValueError(f"{shown(value)} is not a whole number")
    return str(int(text))


def _boolean(value: Any) -> str:
    text = str(value).strip().lower()
    if text in _TRUE | _FALSE:
        return "true" if text in _TRUE else "false"
    raise ValueError(f"{shown(value)} is neither true nor false")


def _duration(value: Any) -> str:
    return f"{parse_duration(value).total_seconds():.0f} seconds"


def _names(language: str, value: Any) -> str:
    names = value if isinstance(value, dict) else {language: value}
    filled = {_storable(str(k)): text_of(v) for k, v in names.items() if v not in (None, "")}
    filled = {k: v for k, v in filled.items() if v}
    if not filled:
        raise ValueError("has no name in any language")
    return orjson.dumps(filled).decode()


def _list(value: Any) -> str:
    """A list, or a text with semicolons between the items."""
    items = value if isinstance(value, list) else text_of(value).split(";")
    quoted = [text_of(item).replace("\\", "\\\\").replace('"', '\\"') for item in items]
    return "{" + ",".join(f'"{item}"' for item in quoted if item) + "}"


_PLAIN: dict[Kind, Parser] = {
    "text": text_of,
    "integer": _integer,
    "boolean": _boolean,
    "duration": _duration,
    "list": _list,
}
