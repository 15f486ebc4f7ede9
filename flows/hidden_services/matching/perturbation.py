"""The same service as somebody else would name it, made from the register itself.

No list of right answers is needed to learn what a renamed service looks like: names of the
register are changed the way names change between bodies, in any language. Words go, come, move,
change their ending, are misspelled, shortened to their beginning or to their initials.
"""

import random
from collections.abc import Callable, Sequence

from flows.hidden_services.matching.entries import Entry
from flows.hidden_services.matching.text import clean, words

Change = Callable[[list[str], "Perturbation"], list[str]]


class Perturbation:
    """Changes names with the words of their register; the same seed gives the same names."""

    def __init__(self, entries: Sequence[Entry], seed: int = 0) -> None:
        self.random = random.Random(seed)
        self.known = [word for each in entries for word in words(clean(each.name))] or ["x"]

    def __call__(self, name: str) -> str:
        """The name changed a little or a lot; never empty where it has a word."""
        found = words(clean(name))
        strength = self.random.random()
        times = 1 + round(strength * len(found))
        for _ in range(times if found else 0):
            found = self.random.choice(CHANGES)(found, self) or found
        return " ".join(found)

    def place(self, found: Sequence[str]) -> int:
        """Any place in the name."""
        return self.random.randrange(len(found))


def _drop(found: list[str], by: Perturbation) -> list[str]:
    place = by.place(found)
    return found[:place] + found[place + 1 :]


def _add(found: list[str], by: Perturbation) -> list[str]:
    place = by.place(found)
    return [*found[:place], by.random.choice(by.known), *found[place:]]


def _replace(found: list[str], by: Perturbation) -> list[str]:
    return _drop(_add(found, by), by)


def _swap(found: list[str], by: Perturbation) -> list[str]:
    place = by.place(found)
    return found[place:] + found[:place]


def _end(found: list[str], by: Perturbation) -> list[str]:
    """Another ending, from another word of the register."""
    place = by.place(found)
    word, other = found[place], by.random.choice(by.known)
    length = by.random.randint(1, 3)
    changed = word[:-length] + other[-length:] if len(word) > length + 2 else word
    return [*found[:place], changed, *found[place + 1 :]]


def _misspell(found: list[str], by: Perturbation) -> list[str]:
    place = by.place(found)
    letter = by.place(found[place])
    word = found[place]
    changed = word[:letter] + word[letter + 1 :] if len(word) > 2 else word
    return [*found[:place], changed, *found[place + 1 :]]


def _shorten(found: list[str], by: Perturbation) -> list[str]:
    place = by.place(found)
    return [*found[:place], found[place][: by.random.randint(3, 5)], *found[place + 1 :]]


def _initials(found: list[str], by: Perturbation) -> list[str]:
    length = by.random.randint(2, 4)
    place = by.place(found)
    some = found[place : place + length]
    if len(some) < 2:
        return found
    return [*found[:place], "".join(word[0] for word in some).upper(), *found[place + length :]]


CHANGES: tuple[Change, ...] = (
    _drop, _drop, _drop, _add, _replace, _replace,
    _swap, _end, _end, _misspell, _shorten, _initials,
)  # fmt: skip
