"""The words of a register: how telling each is, and which words of others are like them."""

from collections.abc import Callable, Sequence

import numpy as np
from scipy.sparse import csr_array, diags_array

from flows.hidden_services.matching.sparse import (
    Floats,
    counts,
    entries_in,
    nearest,
    scaled_rows,
    unit_rows,
)

LIKE = 0.45
"""The least cosine of their parts at which two words count as forms of one another."""
LIKE_POWER = 1.5
"""A likeness counts by this power: forms of a word near 1, chance likeness near nothing."""
BEGINNINGS = range(2, 7)
"""The lengths of beginnings that are compared."""
FORMS = 10
"""At most so many words of the register are taken as forms of one observed word."""
PRIOR_ENTRIES = 20
"""What is believed before the register is read weighs as much as so many entries."""
SHORT_WORDS = {1: 0.1, 2: 0.1, 3: 0.03, 4: 0.01}
LONG_WORD = 0.002
"""The share of names that a word of so many letters is in, before the register is read.

Frequent words are short in every language (Zipf's law of abbreviation); in a register of a few
entries nothing else tells that "of" says little.
"""


class Vocabulary:
    """The register's words with their weights and trigrams."""

    def __init__(self, known: Sequence[str], bags: csr_array) -> None:
        self.known = list(known)
        self.numbers = {word: number for number, word in enumerate(self.known)}
        self._entries = bags.shape[0]
        self.weights = self.weight_of(self.known, entries_in(bags))
        # A register of names without a letter has no trigram; "" then stands for the one it has.
        self._trigrams = Parts(trigrams, self.known or [""])
        self.trigrams = self._trigrams.count(self.known or [""])
        self._parts = Parts(parts, self.known or [""])
        counted = self._parts.count(self.known or [""])
        self._part_weights = inverse_frequency(counted)
        self._compared = unit_rows(csr_array(counted @ diags_array(self._part_weights)))

    def weigh(self, observed: Sequence[str]) -> Floats:
        """How telling each word is: its inverse frequency, the highest where it is unknown."""
        answer = self.weight_of(observed, np.zeros(len(observed)))
        for place, word in enumerate(observed):
            number = self.numbers.get(word)
            if number is not None:
                answer[place] = self.weights[number]
        return answer

    def weight_of(self, some: Sequence[str], counts: Floats) -> Floats:
        """The weight of words that so many entries have."""
        expected = np.array([SHORT_WORDS.get(len(word), LONG_WORD) for word in some])
        total = self._entries + PRIOR_ENTRIES + 1
        return np.asarray(np.log(total / (counts + PRIOR_ENTRIES * expected + 0.3)))

    def count_trigrams(self, observed: Sequence[str]) -> csr_array:
        """Observed words by the register's trigrams; those it has not are left out."""
        return self._trigrams.count(observed)

    def forms(self, observed: Sequence[str]) -> csr_array:
        """Observed words by the register's words: 1 for the same word, less for a form of it."""
        counted = self._parts.count(observed)
        compared = unit_rows(csr_array(counted @ diags_array(self._part_weights)))
        found = nearest(compared, self._compared, FORMS, LIKE)
        found.data = np.minimum(found.data, 1.0) ** LIKE_POWER
        return found


class Parts:
    """The parts that some words have, numbered."""

    def __init__(self, take_apart: Callable[[str], list[str]], words: Sequence[str]) -> None:
        self._take_apart = take_apart
        every = sorted({part for word in words for part in take_apart(word)})
        self._numbers = {part: number for number, part in enumerate(every)}

    def count(self, words: Sequence[str]) -> csr_array:
        """How often each word has each part; parts that were not numbered are left out."""
        numbers = self._numbers
        rows = [
            [numbers[part] for part in self._take_apart(word) if part in numbers] for word in words
        ]
        return counts(rows, len(numbers))


def trigrams(word: str) -> list[str]:
    """The trigrams of a word with its beginning and end marked."""
    marked = f"^{word}$"
    return [marked[start : start + 3] for start in range(len(marked) - 2)]


def parts(word: str) -> list[str]:
    """Its trigrams, and its beginnings: forms of a word differ at the end more than there."""
    beginnings = [f"^^{word[:length]}" for length in BEGINNINGS if len(word) >= length]
    return trigrams(word) + beginnings


def inverse_frequency(counted: csr_array) -> Floats:
    """The smoothed inverse document frequency of each column, as scikit-learn defines it."""
    return np.asarray(np.log((1 + counted.shape[0]) / (1 + entries_in(counted))) + 1)


def weighted_forms(forms: csr_array, of: Floats, known: Floats) -> csr_array:
    """The forms, each with the geometric mean of the weights of its two words."""
    answer = scaled_rows(forms, np.sqrt(of))
    answer.data = answer.data * np.sqrt(known[answer.indices])
    return answer
