"""Texts read into numbered words."""

from collections.abc import Iterable
from dataclasses import dataclass

from flows.hidden_services.matching.text import clean, folded, words


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
        for text in texts:
            found = [(self._number(word), word) for word in words(clean(text))]
            answer.numbers.append([number for number, _ in found if number >= 0])
            answer.written.append([word for number, word in found if number >= 0])
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
        number = self._of_written.get(word)
        if number is None:
            fold = folded(word)
            number = self.numbers.setdefault(fold, len(self.numbers)) if fold else -1
            self._of_written[word] = number
        return number
