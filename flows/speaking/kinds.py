"""The values within a sentence: how each kind is recognised, and how a language writes it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

_NUMBER = r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e[-+]?\d+)?"
_DAY = r"\d{4}-\d\d-\d\d"
_TIME = r"\d\d:\d\d"
_ZONE = r"(?: (?:[A-Z]{2,5}|[+-]\d{2,4}))?"
_LONG = r"\d+ (?:second|minute|hour|day)s?"
_SHORT = r"-?\d+(?:\.\d+)? (?:ms|s|min|h|d)(?: \d+ (?:min|h))?"
_CODE = r"[^\s,;()]*[^\s,;():.]"

UNITS: Mapping[str, Mapping[str, str]] = {
    "ru": {"ms": "мс", "s": "с", "min": "мин", "h": "ч", "d": "сут"},
    "kk": {"ms": "мс", "s": "с", "min": "мин", "h": "сағ", "d": "тәул"},
}
_UNIT_OF = {"second": "s", "minute": "min", "hour": "h", "day": "d"}


def number(written: str, locale: Locale) -> str:
    """`1,234.5` as the locale writes it."""
    value = float(written.replace(",", ""))
    return str(format_decimal(value, format="#,##0.###", locale=locale))


def share(written: str, locale: Locale) -> str:
    """`12.5 %` or `12.5%`."""
    value = float(written.rstrip(" %"))
    return f"{format_decimal(value, format='#,##0.####', locale=locale)} %"


def moment(written: str, locale: Locale) -> str:
    """`2026-11-22 14:05`, with or without a zone: the day and time as the locale writes them."""
    day, time, *zone = written.replace(" at ", " ").split(" ")
    local = datetime.fromisoformat(f"{day}T{time}")
    shown = format_datetime(local, f"{_day_pattern(locale)}, HH:mm", locale=locale)
    return " ".join([str(shown), *zone])


def day(written: str, locale: Locale) -> str:
    """`2026-11-22`."""
    return str(format_date(date.fromisoformat(written), _day_pattern(locale), locale=locale))


def weekday(written: str, locale: Locale) -> str:
    """`Friday 2026-11-27`."""
    on = date.fromisoformat(written.rpartition(" ")[2])
    return f"{day(on.isoformat(), locale)} ({format_date(on, 'EEEE', locale=locale)})"


def length(written: str, locale: Locale) -> str:
    """A length of time: `5 minutes`, `2 h 05 min`, `3 d 4 h`, `1.2 s`, `300 ms`."""
    units = UNITS[locale.language]
    parts = []
    for count, unit in re.findall(r"(-?\d+(?:\.\d+)?) ([a-z]+)", written):
        short = _UNIT_OF.get(unit.rstrip("s") if len(unit) > 1 else unit, unit)
        parts.append(f"{number(count, locale)} {units[short]}")
    return " ".join(parts)


def _day_pattern(locale: Locale) -> str:
    """The locale's short form, with the whole year."""
    return re.sub(r"\by{1,2}\b", "y", locale.date_formats["short"].pattern)


def _as_it_is(written: str, _locale: Locale) -> str:
    return written


@dataclass(frozen=True)
class Kind:
    """How a value looks in English, and how it is said."""

    pattern: str
    say: Callable[[str, Locale], str] = _as_it_is


KINDS: Mapping[str, Kind] = {
    "n": Kind(_NUMBER, number),
    "id": Kind(r"\d+"),
    "share": Kind(rf"{_NUMBER} ?%", share),
    "at": Kind(rf"{_DAY}(?: at)? {_TIME}{_ZONE}", moment),
    "day": Kind(_DAY, day),
    "weekday": Kind(rf"[A-Z][a-z]+day {_DAY}", weekday),
    "time": Kind(rf"{_TIME}{_ZONE}"),
    "length": Kind(rf"{_LONG}|{_SHORT}", length),
    "rule": Kind(r"[A-Z]\d\d"),
    "code": Kind(_CODE),
    "codes": Kind(rf"{_CODE}(?:, {_CODE})*"),
    "text": Kind(r".+"),
}
"""`text` is what others wrote, or names: it is shown as it stands."""
