"""Abbreviations, learned from the register: "IIN" is "individual identification number"."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array, hstack

from flows.hidden_services.matching.reading import Read
from flows.hidden_services.matching.sparse import Floats, Numbers, scaled_rows
from flows.hidden_services.matching.vocabulary import Vocabulary

SHORTEST, LONGEST = 2, 6
SMALL_WORD = 3
"""Words of so many letters are often passed over: "Ministry of Finance" is MF."""
TRUST = 0.8
"""Initials that fit are so much of the evidence that the words themselves would be."""


class Span(NamedTuple):
    """Words on end, by their places, and the initials they may be abbreviated to."""

    initials: str
    places: Sequence[int]


Place = tuple[str, tuple[int, ...]]
"""Initials, and the numbers of the words that are abbreviated to them or are them."""


class Found(NamedTuple):
    """What an observed name has of abbreviations."""

    short: list[Place]
    """Abbreviations that some entry spells out."""
    long: list[Place]
    """Words that some entry abbreviates."""


def is_abbreviation(word: str) -> bool:
    """Whether the word as written looks like initials: two to six capitals and digits."""
    return word.isupper() and SHORTEST <= len(word) <= LONGEST


def first_letters(written: Sequence[str]) -> Iterator[tuple[str, Sequence[int]]]:
    """The first letters of all words, and again without the small ones, with their places."""
    every: Sequence[int] = range(len(written))
    large = [place for place, word in enumerate(written) if len(word) > SMALL_WORD]
    for places in (every, large) if len(large) < len(written) else (every,):
        yield "".join([written[place][0] for place in places]).lower(), places


def initials_of(written: Sequence[str]) -> set[str]:
    """The initials of each two to six words on end."""
    return {
        letters[start:stop]
        for letters, _ in first_letters(written)
        for start in range(len(letters))
        for stop in range(start + SHORTEST, min(start + LONGEST, len(letters)) + 1)
    }


def spans(written: Sequence[str], beginnings: Mapping[str, bool]) -> Iterator[Span]:
    """Each two to six words on end whose initials are asked for.

    `beginnings` are those of all initials asked for, and of each whether it is one itself.
    """
    for letters, places in first_letters(written):
        for start in range(len(letters)):
            for stop in range(start + 1, len(letters) + 1):
                whole = beginnings.get(letters[start:stop])
                if whole is None:
                    break
                if whole:
                    yield Span(letters[start:stop], places[start:stop])


def beginnings_of(initials: Iterable[str]) -> dict[str, bool]:
    """All beginnings of the initials, and whether each is one of them itself."""
    known = set(initials)
    every = {each[:length] for each in known for length in range(1, len(each) + 1)}
    return {each: each in known for each in every}


class Abbreviations:
    """Which entries have words with given initials, and which use a given abbreviation."""

    def __init__(self, names: Read, owners: Numbers, entries: int) -> None:
        self._entries = entries
        self.spelled: dict[str, list[int]] = {}
        self.used: dict[str, list[int]] = {}
        for owner, written in zip(owners.tolist(), names.written, strict=True):
            for initials in initials_of(written):
                self.spelled.setdefault(initials, []).append(owner)
            for word in {word.lower() for word in written if is_abbreviation(word)}:
                self.used.setdefault(word, []).append(owner)
        self._beginnings = beginnings_of(self.used)

    def found(self, observed: Read) -> list[Found]:
        """The abbreviations of each observed name that some entry spells out, and the reverse."""
        return [
            Found(self._short(numbers, written), self._long(numbers, written))
            for numbers, written in zip(observed.numbers, observed.written, strict=True)
        ]

    def _short(self, numbers: Sequence[int], written: Sequence[str]) -> list[Place]:
        return [
            (low, (number,))
            for number, word in zip(numbers, written, strict=True)
            if word.isupper() and is_abbreviation(word) and (low := word.lower()) in self.spelled
        ]

    def _long(self, numbers: Sequence[int], written: Sequence[str]) -> list[Place]:
        return [
            (span.initials, tuple([numbers[place] for place in span.places]))
            for span in spans(written, self._beginnings)
        ]

    def compared(
        self, found: Sequence[Found], weights: Floats, mass: Floats, vocabulary: Vocabulary
    ) -> tuple[csr_array, csr_array]:
        """Observed names, and entries, by abbreviations: their product is the evidence.

        `weights` are those of the observed words by number, `mass` their sum for each name. The
        evidence is a share of that sum; where several abbreviations fit it may exceed 1.
        """
        short, long = _Columns(self.spelled), _Columns(self.used)
        telling: dict[str, float] = {}
        for row, each in enumerate(found):
            for columns, places in ((short, each.short), (long, each.long)):
                for initials, numbers in places:
                    if initials not in telling:
                        telling[initials] = self._telling(initials, vocabulary)
                    weight = sum([float(weights[number]) for number in numbers])
                    columns.add(row, initials, weight * telling[initials])
        left = hstack([each.left(len(found)) for each in (short, long)], format="csr")
        right = hstack([each.right(self._entries) for each in (short, long)], format="csr")
        return scaled_rows(csr_array(left), TRUST / mass), csr_array(right)

    def _telling(self, initials: str, vocabulary: Vocabulary) -> float:
        """1 for initials that one entry spells, less the more of them do, as chance then fits."""
        as_long_word = [initials * LONGEST] * 2
        count = max(len(set(self.spelled.get(initials, ()))), 1)
        weights = vocabulary.weight_of(as_long_word, np.array([count, 1.0]))
        return float(weights[0] / weights[1])


class _Columns:
    """The abbreviations that were met: where in the observed names, and in which entries."""

    def __init__(self, entries: dict[str, list[int]]) -> None:
        self._entries = entries
        self._met: list[str] = []
        self._rows: list[int] = []
        self._values: list[float] = []

    def add(self, row: int, abbreviation: str, value: float) -> None:
        self._rows.append(row)
        self._met.append(abbreviation)
        self._values.append(value)

    def left(self, rows: int) -> csr_array:
        known = self._known()
        numbers = {each: number for number, each in enumerate(known)}
        columns = [numbers[each] for each in self._met]
        shape = (rows, len(known))
        return csr_array((np.array(self._values), (self._rows, columns)), shape=shape)

    def right(self, entries: int) -> csr_array:
        found = [set(self._entries[each]) for each in self._known()]
        rows = [entry for some in found for entry in some]
        columns = [number for number, some in enumerate(found) for _ in some]
        shape = (entries, len(found))
        return csr_array((np.ones(len(rows)), (rows, columns)), shape=shape)

    def _known(self) -> list[str]:
        return sorted(set(self._met))  # not as met: see `Reader.alphabetical`
