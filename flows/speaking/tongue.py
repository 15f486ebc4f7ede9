"""The words of notices, letters to people on call, in one language: moments and lengths, too."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel import Locale

from flows.speaking import kinds
from flows.speaking.catalogs import SOURCE, locale_of, messages
from flows.speaking.sentences import said


@dataclass(frozen=True)
class Tongue:
    """Says things in one language and in one time zone."""

    language: str
    zone: ZoneInfo

    def say(self, words: str, **values: object) -> str:
        """The words in this language, with the values in their places."""
        return self._known(words, "").format_map(values)

    def code(self, kind: str, code: str) -> str:
        """A code in words, a severity for instance; as it is where it has none."""
        return self._known(code, kind)

    def sentence(self, words: str) -> str:
        """A sentence of a finding or an alert, with or without the full stop that it ends in."""
        for written in (words, f"{words}."):
            spoken = said(written, self.language)
            if spoken.language == self.language:
                return spoken.words.removesuffix(".") if written != words else spoken.words
        return words

    def moment(self, at: datetime) -> str:
        """A moment in local time, to the minute."""
        written = at.astimezone(self.zone).strftime("%Y-%m-%d %H:%M")
        return written if self.language == SOURCE else kinds.moment(written, self._locale)

    def length(self, of: timedelta) -> str:
        """A length of time in its two largest units."""
        return span(of) if self.language == SOURCE else kinds.length(span(of), self._locale)

    @property
    def _locale(self) -> Locale:
        return locale_of(self.language)

    def _known(self, words: str, context: str) -> str:
        known: Mapping[tuple[str, str], str] = (
            {} if self.language == SOURCE else messages(self.language, "notices")
        )
        return known.get((context, words), words)


def span(length: timedelta) -> str:
    """A length of time in its two largest units: `3 d 4 h`, `2 h 5 min`."""
    minutes = int(length.total_seconds()) // 60
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
