"""The language of a page: words from gettext catalogs, dates and numbers as Babel has them."""

import gettext
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

CATALOGS = Path(__file__).with_name("locale")
SOURCE = "en"
"""The language that the words in templates are written in."""
NAMES = {"kk": "Қазақша", "ru": "Русский", "en": "English"}
"""What a language calls itself; a code that is not here is shown as it is."""
_LOCALES = {"en": "en_GB"}  # 11/12/26 is read in two ways; 12/11/2026 and 12 Nov 2026 are not


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(_LOCALES.get(language, language))


# The same few are said again and again, and saying one costs more than a row of a table.
@lru_cache(maxsize=20_000)
def _decimal(value: float, language: str) -> str:
    return str(format_decimal(value, locale=_locale(language)))


@lru_cache(maxsize=20_000)
def _percent(value: float, language: str) -> str:
    return str(format_percent(value, "#,##0.0%", locale=_locale(language)))


@lru_cache(maxsize=20_000)
def _moment(at: datetime, form: str, zone: ZoneInfo, language: str) -> str:
    pattern = _short(language) if form == "short" else form
    return format_datetime(at, pattern, tzinfo=zone, locale=_locale(language))


@lru_cache
def _short(language: str) -> str:
    """Day and time to the minute, with the whole year; in English the month has its name.

    The locale's own short form leaves off the century in some languages, and in English nobody
    can tell whether the day or the month comes first.
    """
    day = _locale(language).date_formats["short"].pattern
    day = "d MMM y" if language == "en" else re.sub(r"\by{2}\b", "y", day)
    return f"{day}, HH:mm"


@lru_cache(maxsize=20_000)
def _day(on: date, form: str, language: str) -> str:
    return format_date(on, form, locale=_locale(language))


# From so many seconds on, so many of them more or less are said alike: that leaves few to say.
_STEPS = ((172_800, 3_600), (7_200, 300), (300, 10))


@lru_cache(maxsize=20_000)
def _ago(seconds: int, language: str) -> str:
    apart = timedelta(seconds=seconds)
    return str(format_timedelta(apart, add_direction=True, locale=_locale(language)))


@cache
def translations(language: str) -> gettext.NullTranslations:
    """The words of a language, from all `.po` files of its folder; the source needs none."""
    found: gettext.NullTranslations = gettext.NullTranslations()
    for file in sorted((CATALOGS / language).glob("*.po")):
        compiled = io.BytesIO()
        with file.open("rb") as stream:
            write_mo(compiled, read_po(stream, locale=language))
        compiled.seek(0)
        catalog = gettext.GNUTranslations(compiled)
        catalog.add_fallback(found)
        found = catalog
    return found


def offered(wanted: Sequence[str]) -> list[str]:
    """Those of the environment's languages that the console has words in, in their order."""
    there = {SOURCE, *(folder.name for folder in CATALOGS.iterdir())}
    return [language for language in wanted if language in there] or [SOURCE]


def negotiated(accepted: str, offer: Sequence[str]) -> str:
    """The language that a browser likes best among the offered ones (RFC 9110, 12.5.4)."""
    liked = []
    for part in accepted.split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            liked.append((float(weight or 1), tag.split("-")[0].lower()))
        except ValueError:
            continue  # what is no weight is no wish
    for _, tag in sorted(liked, key=lambda each: -each[0]):
        if tag in offer:
            return tag
    return offer[0]


@dataclass(frozen=True)
class Speaker:
    """Says things in one language and in the environment's time zone."""

    language: str
    zone: ZoneInfo

    @property
    def locale(self) -> Locale:
        """Babel's locale."""
        return _locale(self.language)

    def say(self, words: str, **values: object) -> str:
        """The words in this language, with the values filled in."""
        return translations(self.language).gettext(words) % values

    def moment(self, at: datetime | None, form: str = "medium") -> str:
        """A moment in local time; a dash where there is none."""
        if at is None:
            return "–"
        return _moment(at, form, self.zone, self.language)

    def day(self, on: date | datetime | None, form: str = "medium") -> str:
        """A day; of a moment, the local one."""
        if on is None:
            return "–"
        local = on.astimezone(self.zone).date() if isinstance(on, datetime) else on
        return _day(local, form, self.language)

    def ago(self, at: datetime | None, now: datetime) -> str:
        """How long ago something was, or how soon it will be, in one unit."""
        if at is None:
            return "–"
        seconds = (at - now).total_seconds()
        step = next((step for least, step in _STEPS if abs(seconds) >= least), 1)
        return _ago(round(seconds / step) * step, self.language)

    def number(self, value: float | None) -> str:
        """A number with its groups of digits."""
        return "–" if value is None else _decimal(value, self.language)

    def share(self, value: float | None) -> str:
        """A share as a percentage with one digit."""
        return "–" if value is None else _percent(value, self.language)

    def name(self, names: Mapping[str, str] | None, otherwise: str = "–") -> str:
        """A name from the register: in this language, else in the first that it has."""
        if not names:
            return otherwise
        return names.get(self.language) or next(iter(names.values()))
