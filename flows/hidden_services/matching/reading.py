"""Texts read into numbered words."""

from collections.abc import Iterable
from dataclasses import dataclass

from flows.hidden_services.matching.text import clean, folded, words

NOTHING = -1
"""Stands for the number of a word of which folding leaves nothing."""


@dataclass(frozen=True)
class Read:
    """For each text the numbers of its words, and the words as they were written."""

    numbers: list[list[int]]
    written: list[list[str]]


class Reader:
    """Numbers the folded words of texts, in the order in which they come."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self._of_written: dict[str, int] = {}

    @property
    def words(self) -> list[str]:
        """The folded words by their number."""
        return list(self.numbers)

    def read(self, texts: Iterable[str]) -> Read:
        """Read the texts; a word of which folding leaves nothing is left out."""
        answer = Read([], [])
        known = self._of_written
        for text in texts:
            written = words(clean(text))
            numbers = [known[word] if word in known else self._number(word) for word in written]
            if NOTHING in numbers:
                kept = [place for place, number in enumerate(numbers) if number != NOTHING]
                written = [written[place] for place in kept]
                numbers = [numbers[place] for place in kept]
            answer.numbers.append(numbers)
            answer.written.append(written)
        return answer

    def alphabetical(self, read: Read) -> tuple[list[str], Read]:
        """All words in the order of the alphabet, and what was read with its numbers.

        Sums of fractions, and the first of equals, depend on the order in which words are taken;
        in this one no text's depends on the texts that were read before it.
        """
        words = sorted(self.numbers)
        place = [0] * len(words)
        for number, word in enumerate(words):
            place[self.numbers[word]] = number
        return words, Read([[place[each] for each in row] for row in read.numbers], read.written)

    def _number(self, word: str) -> int:
        fold = folded(word)
        number = self.numbers.setdefault(fold, len(self.numbers)) if fold else NOTHING
        self._of_written[word] = number
        return number
