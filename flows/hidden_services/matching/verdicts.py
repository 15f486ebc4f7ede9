"""What is concluded from a probability of absence, in words."""

import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache

from flows.hidden_services.matching.calibration import IDENTICAL
from flows.hidden_services.matching.entries import Kind, Match, Nearest

RENAMED_BELOW, HIDDEN_FROM = 0.3, 0.5
"""Below the first the nearest entry is believed to be the function, from the second none is."""
ALSO_NEAR = 0.75
"""An entry of so much of the nearest one's similarity is told of: it may be split over both."""

NOTHING_TO_COMPARE = Match(None, "not_judged", "It has no name that could be compared")


def conclude(
    p_absent: float, nearest: Sequence[Nearest], texts: Sequence[str], known: frozenset[str]
) -> Match:
    """The kind and the reason; `known` are the scripts of the register's names."""
    p_absent = round(p_absent, 4)
    kind, unread = _kind(p_absent, nearest), ""
    if kind not in ("present", "renamed") and (unread := _unread(texts, known)):
        kind = "unsure"
    return Match(p_absent, kind, _why(kind, nearest, unread), tuple(nearest))


def _kind(p_absent: float, nearest: Sequence[Nearest]) -> Kind:
    if nearest and nearest[0].similarity >= IDENTICAL:
        return "present"
    if nearest and p_absent < RENAMED_BELOW:
        return "renamed"
    return "hidden" if p_absent >= HIDDEN_FROM else "unsure"


def _unread(texts: Sequence[str], known: frozenset[str]) -> str:
    """The scripts of the texts, where no name of the register is in any of them."""
    if any(letter.isalpha() and script(letter) in known for text in texts for letter in text):
        return ""
    return " and ".join(sorted(scripts(texts)))


def _why(kind: Kind, nearest: Sequence[Nearest], unread: str) -> str:
    script = (
        f"No name of the register is in {unread} letters, give a translation. " if unread else ""
    )
    if not nearest:
        return f"{script}No entry shares a word with it"
    first = nearest[0]
    if kind == "present":
        return f"Registered under this name: {first.name}"
    opening = {
        "renamed": "Registered under another name: ",
        "hidden": "Nothing near enough; the nearest is ",
        "unsure": "A person has to compare; the nearest is ",
    }[kind]
    told = f"{script}{opening}{first.name} ({first.similarity:.2f}){_words(first)}"
    also = [each for each in nearest[1:] if each.similarity >= ALSO_NEAR * first.similarity]
    if also and kind != "hidden":
        told += "; near it too: " + ", ".join(
            f"{each.name} ({each.similarity:.2f})" for each in also
        )
    return told


def _words(near: Nearest) -> str:
    shared = f": shares {_list(near.shared)}" if near.shared else ": shares no whole word"
    return shared + (f"; lacks {_list(near.lacks)}" if near.lacks else "")


def _list(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


@cache
def script(letter: str) -> str:
    """The script of a letter: Latin, Cyrillic, Greek and so on, by its Unicode name."""
    return unicodedata.name(letter, "unknown").split(" ")[0].title()


def scripts(texts: Iterable[str]) -> frozenset[str]:
    """The scripts that the letters of the texts are in."""
    return frozenset(script(letter) for letter in set().union(*texts) if letter.isalpha())
