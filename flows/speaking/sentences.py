"""A sentence in the reader's language: by the template that it fits, else as it was written.

Of several ways to read a sentence the one counts that leaves the least as it was written. Where
two leave as much and say different things, and where none fits, it stays in English: better not
understood by all than understood wrongly.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from flows.speaking.catalogs import SOURCE, languages, locale_of, templates
from flows.speaking.kinds import KINDS
from flows.speaking.templates import Place, Template

WHOLE = ""
"""The context of whole sentences."""
LONGEST = 2_000
"""Characters of a sentence that is read; what is longer is somebody's dump, and no sentence."""
MOST_PARTS = 8
"""Parts of an enumeration that are read."""


@dataclass(frozen=True)
class Said:
    """Words, and the language that they are in."""

    words: str
    language: str


@dataclass(frozen=True)
class _Reading:
    """One way to read it, in the language; `left` counts the characters left as they are."""

    words: str
    left: int = 0


@lru_cache(maxsize=20_000)
def said(sentence: str, language: str) -> Said:
    """The sentence in the language where that is certain, else in English as it was written."""
    if language == SOURCE or language not in languages() or len(sentence) > LONGEST:
        return Said(sentence, SOURCE)
    best = _best(_readings(sentence, WHOLE, language))
    return Said(best.pop().words, language) if len(best) == 1 else Said(sentence, SOURCE)


def _best(found: set[_Reading]) -> set[_Reading]:
    least = min((each.left for each in found), default=0)
    return {each for each in found if each.left == least}


def _readings(written: str, context: str, language: str) -> set[_Reading]:
    """The best ways to read it by the templates of a context."""
    found: set[_Reading] = set()
    for template in templates(language).get(context, ()):
        if written.startswith(template.begins) and template.literal in written:
            for values in template.fits(written):
                found |= _filled(template, values, language, template.words)
    if not found and context != WHOLE and written[:1].isupper():  # a part that begins a sentence
        lower = written[0].lower() + written[1:]
        for template in templates(language).get(context, ()):
            for values in template.fits(lower):
                words = template.words[:1].upper() + template.words[1:]
                found |= _filled(template, values, language, words)
    return _best(found)


def _filled(template: Template, values: dict[str, str], language: str, words: str) -> set[_Reading]:
    names = list(values)
    each = [_value(template.places[name], values[name], language) for name in names]
    return {
        _Reading(
            words.format_map({name: part.words for name, part in zip(names, one, strict=True)}),
            sum(part.left for part in one),
        )
        for one in product(*each)
    }


def _value(place: Place, written: str, language: str) -> set[_Reading]:
    """What stands in a place, in the language; nothing where it cannot be said."""
    context = place.context
    if context is None:
        kind = KINDS[place.kind or "code"]
        left = len(written) if place.kind == "text" else 0
        return {_Reading(kind.say(written, locale_of(language)), left)}
    context = WHOLE if context == "said" else context
    if place.parts is not None:
        return _several(written.split(place.parts, MOST_PARTS), place.parts, context, language)
    found = _readings(written, context, language)
    return found or ({_Reading(f"«{written}»", len(written))} if place.quotes else set())


def _several(parts: list[str], by: str, context: str, language: str) -> set[_Reading]:
    """An enumeration, in which a part may have the mark that parts them within it."""
    if not parts:
        return {_Reading("")}
    found: set[_Reading] = set()
    for end in range(1, len(parts) + 1):
        for first in _readings(by.join(parts[:end]), context, language):
            for rest in _several(parts[end:], by, context, language):
                words = by.join(filter(None, (first.words, rest.words)))
                found.add(_Reading(words, first.left + rest.left))
    return _best(found)
