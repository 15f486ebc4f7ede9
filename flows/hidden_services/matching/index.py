"""A register as matrices: which entries are near an observed name, and by what."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, diags_array, hstack

from flows.hidden_services.matching.abbreviations import Abbreviations
from flows.hidden_services.matching.embedding import Embedder, Meanings
from flows.hidden_services.matching.entries import Entry
from flows.hidden_services.matching.queries import NOTHING, Queries, texts_of
from flows.hidden_services.matching.reading import Reader
from flows.hidden_services.matching.sparse import (
    Floats,
    Numbers,
    incidence,
    members,
    nearest,
    products,
    row_sums,
    scaled_rows,
    unit_rows,
)
from flows.hidden_services.matching.vocabulary import Vocabulary, inverse_frequency

CANDIDATES = 15
"""So many entries are looked at closely for each observed name."""
LONG_ENTRIES = 0.3
"""Candidates are chosen by coverage over the entry's length to this power: long names cover much
by chance (pivoted length normalisation, Singhal, Buckley and Mitra 1996)."""
ORGANISATION, DESCRIPTION = 0.5, 0.4
"""A word that only the organisation or the description of an entry has counts by this."""
BACKWARD = 0.9
"""All of the entry's name in a longer observed one is so much as the other way round."""
COVERAGE, LIKENESS = 0.4, 0.6
MEANING = 0.5
"""The part of the similarity that a model of sentences decides, where one is given."""


@dataclass(frozen=True)
class Pairs:
    """Observed names beside candidates: arrays of one length, in the order of the names."""

    row: Numbers
    entry: Numbers
    coverage: Floats
    """The share of the observed name's weight that the entry has, in some form of its words."""
    backward: Floats
    """The share of the weight of the entry's name that the observed name has."""
    likeness: Floats
    """The cosine of their trigrams, or the evidence of abbreviations where that is more."""

    meaning: Floats | None = None
    """The cosine of their meanings, where a model of sentences is given."""

    @property
    def similarity(self) -> Floats:
        """0 for nothing in common to 1 for the same name."""
        coverage = np.maximum(self.coverage, BACKWARD * self.backward)
        words = np.asarray(COVERAGE * coverage + LIKENESS * self.likeness)
        return words if self.meaning is None else (1 - MEANING) * words + MEANING * self.meaning


class Index:
    """The entries of a register, ready to be compared."""

    def __init__(self, entries: Sequence[Entry], embedder: Embedder | None = None) -> None:
        self.meanings = None if embedder is None else Meanings(entries, embedder)
        names = [
            (owner, text) for owner, each in enumerate(entries) for text in texts_of(each) or [""]
        ]
        self._owners = np.array([owner for owner, _ in names], dtype=np.int64)
        self._starts = np.searchsorted(self._owners, np.arange(len(entries) + 1))
        reader = Reader()
        read = reader.read(text for _, text in names)
        organisations = reader.read(each.organisation for each in entries).numbers
        descriptions = reader.read(each.description for each in entries).numbers
        width = len(reader.numbers)
        names_of = incidence(read.numbers, width)
        bags = self._by_entry(names_of, len(entries))
        bags = bags.maximum(ORGANISATION * incidence(organisations, width))
        self.bags = csr_array(bags.maximum(DESCRIPTION * incidence(descriptions, width)))
        self.vocabulary = Vocabulary(reader.words, self.bags)
        lengths = np.maximum(row_sums(self.bags), NOTHING)
        self._long = (lengths / lengths.mean()) ** LONG_ENTRIES
        self.abbreviations = Abbreviations(read, self._owners, len(entries))
        weighted = csr_array(names_of @ diags_array(self.vocabulary.weights))
        self._shares = scaled_rows(weighted, 1 / np.maximum(row_sums(weighted), NOTHING))
        counted = csr_array(names_of @ self.vocabulary.trigrams)
        self._gram_weights = inverse_frequency(counted)
        self._rarest = float(np.log(1 + len(names)) + 1)
        self._spelling = unit_rows(csr_array(counted @ diags_array(self._gram_weights)))

    def _by_entry(self, names_of: csr_array, entries: int) -> csr_array:
        shape = (entries, len(self._owners))
        belongs = csr_array(
            (np.ones(len(self._owners)), (self._owners, np.arange(len(self._owners)))), shape=shape
        )
        bags = csr_array(belongs @ names_of)
        bags.data[:] = 1.0
        return bags

    def pairs(self, queries: Queries) -> Pairs:
        """Each row with its candidates; one that shares nothing with any entry has none."""
        short, of_entries = self.abbreviations.compared(
            queries.abbreviated, queries.weights, queries.mass, self.vocabulary
        )
        left = csr_array(hstack([queries.weighted, short], format="csr"))
        right = csr_array(hstack([self.bags, of_entries], format="csr"))
        found = nearest(left, scaled_rows(right, 1 / self._long), CANDIDATES)
        row = np.repeat(np.arange(found.shape[0]), np.diff(found.indptr))
        entry, coverage, meaning = found.indices.astype(np.int64), found.data, None
        coverage = coverage * self._long[entry]
        if self.meanings is not None:
            row, entry, meaning = self.meanings.joined(queries.rows.texts, row, entry, CANDIDATES)
            coverage = products(left, row, right, entry)
        abbreviated = products(short, row, of_entries, entry)
        begins, names = members(entry, self._starts)
        rows = np.repeat(row, self._starts[entry + 1] - self._starts[entry])
        spelling = queries.spelling(self._gram_weights, self._rarest)
        like = products(spelling, rows, self._spelling, names)
        backward = products(queries.found, rows, self._shares, names)
        return Pairs(
            row, entry,
            coverage=np.minimum(coverage, 1.0),
            backward=np.minimum(_largest(backward, begins), 1.0),
            likeness=np.minimum(np.maximum(_largest(like, begins), abbreviated), 1.0),
            meaning=meaning,
        )  # fmt: skip


def _largest(values: Floats, begins: Numbers) -> Floats:
    return np.maximum.reduceat(values, begins) if len(begins) else values
