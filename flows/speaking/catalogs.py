"""The catalogs of a language: the templates of sentences, and the words of notices."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from babel import Locale
from babel.messages.pofile import read_po

from flows.speaking.templates import Template

CATALOGS = Path(__file__).with_name("locale")
SOURCE = "en"
"""The language that sentences and notices are written in."""


@cache
def languages() -> tuple[str, ...]:
    """The languages that there are catalogs in, beside the source."""
    return tuple(sorted(folder.name for folder in CATALOGS.iterdir()))


@cache
def locale_of(language: str) -> Locale:
    """Babel's locale of a language; English as Europe writes it."""
    return Locale.parse("en_GB" if language == SOURCE else language)


@cache
def messages(language: str, catalog: str) -> Mapping[tuple[str, str], str]:
    """What is said in a language, by context ("" for none) and English words."""
    with (CATALOGS / language / f"{catalog}.po").open("rb") as stream:
        found = read_po(stream, locale=language)
    return {
        (message.context or "", str(message.id)): str(message.string)
        for message in found
        if message.id and message.string
    }


@cache
def templates(language: str) -> Mapping[str, tuple[Template, ...]]:
    """The templates of sentences by their context: "" for whole ones, or what they are part of."""
    found: dict[str, list[Template]] = {}
    for (context, english), words in messages(language, "sentences").items():
        found.setdefault(context, []).append(Template(english, words))
    return {context: tuple(known) for context, known in found.items()}
