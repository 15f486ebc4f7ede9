"""The language of a page: words from gettext catalogs, dates and numbers as Babel has them."""

import gettext
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
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
_LOCALES = {"en": "en_GB"}  # 11/12/26 is read in two ways; 12/11/2026 and 12 Nov 2026 are not


@cache
def translations(language: str) -> gettext.NullTranslations:
    """The words of a language, from all `.po` files of its folder; the source language needs none."""
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
        return Locale.parse(_LOCALES.get(self.language, self.language))

    def say(self, words: str, **values: object) -> str:
        """The words in this language, with the values filled in."""
        return translations(self.language).gettext(words) % values

    def moment(self, at: datetime | None, form: str = "medium") -> str:
        """A moment in local time; a dash where there is none."""
        if at is None:
            return "–"
        return format_datetime(at, form, tzinfo=self.zone, locale=self.locale)

    def day(self, on: date | datetime | None, form: str = "medium") -> str:
        """A day; of a moment, the local one."""
        if on is None:
            return "–"
        local = on.astimezone(self.zone).date() if isinstance(on, datetime) else on
        return format_date(local, form, locale=self.locale)

    def ago(self, at: datetime | None, now: datetime) -> str:
        """How long ago something was, or how soon it will be, in one unit."""
        if at is None:
            return "–"
        return str(format_timedelta(at - now, add_direction=True, locale=self.locale))

    def number(self, value: float | None) -> str:
        """A number with its groups of digits."""
        return "–" if value is None else str(format_decimal(value, locale=self.locale))

    def share(self, value: float | None) -> str:
        """A share as a percentage with one digit."""
        return "–" if value is None else str(format_percent(value, "#,##0.0%", locale=self.locale))

    def name(self, names: Mapping[str, str] | None, otherwise: str = "–") -> str:
        """A name from the register: in this language, else in the first that it has."""
        if not names:
            return otherwise
        return names.get(self.language) or next(iter(names.values()))
