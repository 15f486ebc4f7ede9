"""Observed functions as matrices over the words of a register."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, diags_array

from flows.hidden_services.matching.abbreviations import Abbreviations
from flows.hidden_services.matching.entries import Entry
from flows.hidden_services.matching.reading import Reader
from flows.hidden_services.matching.sparse import Floats, Numbers, incidence, row_sums, scaled_rows
from flows.hidden_services.matching.vocabulary import Vocabulary, weighted_forms

DESCRIPTION = 0.8
"""What an observed description reaches counts by this, beside its names."""
NOTHING = 1e-9
"""Stands for the weight of a name without words, which is divided by."""


def texts_of(entry: Entry) -> list[str]:
    """The names of an entry that say anything, each once, the first one first."""
    return list(dict.fromkeys(text for text in (entry.name, *entry.names) if text.strip()))


@dataclass(frozen=True)
class Rows:
    """The texts to ask with: the names of the observed functions, and their descriptions."""

    texts: list[str]
    owners: Numbers
    trust: Floats

    @classmethod
    def of(cls, observed: Sequence[Entry]) -> "Rows":
        """The rows of the observed functions, in their order."""
        found = [
            (text, owner, trust)
            for owner, each in enumerate(observed)
            for text, trust in [
                *((name, 1.0) for name in texts_of(each)),
                *([(each.description, DESCRIPTION)] if each.description.strip() else []),
            ]
        ]
        return cls(
            [text for text, _, _ in found],
            np.array([owner for _, owner, _ in found], dtype=np.int64),
            np.array([trust for _, _, trust in found], dtype=np.float64),
        )


class Queries:
    """The words of the rows, beside the register's."""

    def __init__(self, rows: Rows, vocabulary: Vocabulary, abbreviations: Abbreviations) -> None:
        self.rows = rows
        reader = Reader()
        self.words, self.read = reader.alphabetical(reader.read(rows.texts))
        self.abbreviated = abbreviations.found(self.read)
        self.weights = vocabulary.weigh(self.words)
        self.bags = incidence(self.read.numbers, len(self.words))
        self.mass = np.maximum(self.bags @ self.weights, NOTHING)
        counted = vocabulary.count_trigrams(self.words)
        self.forms = vocabulary.forms(self.words)
        self.found = csr_array(self.bags @ self.forms)
        self.found.data = np.minimum(self.found.data, 1.0)
        weighted = weighted_forms(self.forms, self.weights, vocabulary.weights)
        self.weighted = scaled_rows(csr_array(self.bags @ weighted), 1 / self.mass)
        self.known_trigrams = csr_array(self.bags @ counted)
        lengths = np.array([len(word) for word in self.words], dtype=np.float64)
        self.unknown_trigrams: Floats = self.bags @ (lengths - row_sums(counted))

    @property
    def lengths(self) -> Floats:
        """How many words each row has."""
        return np.asarray(np.diff(self.bags.indptr), dtype=np.float64)

    def reachable(self) -> Floats:
        """The share of each row's weight in words that some entry of the register has."""
        best = np.zeros(len(self.words))
        rows = np.repeat(np.arange(len(self.words)), np.diff(self.forms.indptr))
        np.maximum.at(best, rows, self.forms.data)
        return np.asarray(self.bags @ (self.weights * best) / self.mass)

    def spelling(self, gram_weights: Floats, rarest: float) -> csr_array:
        """The weighted trigrams of each row, with length 1, what is unknown in them included."""
        grams = csr_array(self.known_trigrams @ diags_array(gram_weights))
        squares = csr_array((grams.data**2, grams.indices, grams.indptr), shape=grams.shape)
        square = row_sums(squares) + self.unknown_trigrams * rarest**2
        return scaled_rows(grams, 1 / np.sqrt(np.maximum(square, NOTHING)))
