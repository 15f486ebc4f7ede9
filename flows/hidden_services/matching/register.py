"""A register made ready for questions: which entry is nearest, and is there one at all?"""

from collections.abc import Iterable, Sequence
from typing import Self

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from flows.hidden_services.matching.entries import Entry, Kind, Match, Nearest


class Register:
    """The entries of a register, indexed; it can be pickled and asked again and again."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = list(entries)
        self._vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4))
        self._matrix = self._vectorizer.fit_transform(each.name for each in self.entries)

    @classmethod
    def from_rows(cls, entries: Iterable[Entry]) -> Self:
        """Index the entries.

        Raises:
            ConfigurationError: there is none, or an id is there twice.
        """
        return cls(list(entries))

    def match(self, observed: Sequence[Entry]) -> list[Match]:
        """What the register says of each, in the same order."""
        found = self._vectorizer.transform(each.name for each in observed) @ self._matrix.T
        return [self._one(np.asarray(row.todense()).ravel()) for row in found]

    def _one(self, similarities: np.ndarray) -> Match:
        best = np.argsort(-similarities)[:5]
        nearest = tuple(
            Nearest(self.entries[n].id, self.entries[n].name, float(similarities[n])) for n in best
        )
        top = nearest[0].similarity
        kind: Kind = "present" if top > 0.95 else "hidden" if top < 0.3 else "unsure"
        return Match(1 - top, kind, f"nearest is {nearest[0].name} ({top:.2f})", nearest)
