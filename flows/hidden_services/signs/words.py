"""Texts as words, and lists of words that are looked for in them."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")
_HUMP = re.compile(r"(?<=[a-zа-яәғқңөұүһі0-9])(?=[A-ZА-ЯӘҒҚҢӨҰҮҺІ])")
_MARKUP = re.compile(r"<[^<>]{0,200}>")
_CLAUSE = re.compile(
    r"[;•]|\bas well as\b|\bа также\b|\bсондай-ақ\b|, including general\b", re.IGNORECASE
)
LONGEST = 2_000
"""Characters of a text that are read: what a function is, it says at its beginning."""

Found = tuple[int, int]
"""Where a phrase stands: its first word, and the first word after it."""


def words(text: str) -> list[str]:
    """The words, small; `issueBirthRecord` and `issue_birth_record` are three each."""
    plain = _MARKUP.sub(" ", text[:LONGEST])
    return [word.lower().replace("ё", "е") for word in _WORD.findall(_HUMP.sub(" ", plain))]


def clauses(text: str) -> list[str]:
    """The parts of a function that does several things: "…; …", "… as well as …"."""
    parts = [part.strip() for part in _CLAUSE.split(text[:LONGEST])]
    return [part for part in parts if part] or [""]


class Phrases:
    """Phrases to be looked for: words one after another, `issu*` with any ending, `*` any word."""

    def __init__(self, phrases: Sequence[str]) -> None:
        self._whole: dict[str, list[tuple[str, ...]]] = {}
        self._begun: dict[str, list[tuple[str, ...]]] = {}
        for phrase in phrases:
            first, *rest = _pattern(phrase)
            kept = self._begun if first.endswith("*") else self._whole
            kept.setdefault(first.removesuffix("*"), []).append(tuple(rest))
        self._starts = lru_cache(maxsize=100_000)(self._starts_of)

    def find(self, text: Sequence[str]) -> Iterator[Found]:
        """Every place where a phrase stands in these words, from left to right."""
        for place, word in enumerate(text):
            for rest in self._starts(word):
                end = place + 1 + len(rest)
                if end <= len(text) and all(map(_fits, rest, text[place + 1 : end])):
                    yield place, end
                    break

    def _starts_of(self, word: str) -> tuple[tuple[str, ...], ...]:
        """What may follow the word, longer phrases first."""
        found = list(self._whole.get(word, ()))
        for length in range(1, len(word) + 1):
            found += self._begun.get(word[:length], ())
        return tuple(sorted(found, key=len, reverse=True))


def _pattern(phrase: str) -> list[str]:
    """The phrase's words, each with its `*`.

    Raises:
        ValueError: it has no word to begin with.
    """
    pieces = re.findall(r"[^\W_]+\*?|\*", phrase.lower().replace("ё", "е"))
    if not pieces or pieces[0] == "*":
        raise ValueError(f"{phrase!r} begins with no word")
    return pieces


def _fits(wanted: str, word: str) -> bool:
    return word.startswith(wanted[:-1]) if wanted.endswith("*") else word == wanted
