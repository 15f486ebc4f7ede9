"""Which words brought an entry near, and which of the observed name it lacks."""

from itertools import pairwise

from flows.hidden_services.matching.abbreviations import is_abbreviation, spans
from flows.hidden_services.matching.index import Index
from flows.hidden_services.matching.queries import Queries

SHARED = 0.4
"""A form of a word this likely is told of as shared; a less likely one only counts a little."""
TOLD = 6
"""So many words are told of each kind, the most telling first."""

Words = tuple[str, ...]


class Evidence:
    """Looks up words of rows in entries."""

    def __init__(self, queries: Queries, index: Index) -> None:
        self._queries = queries
        self._abbreviations = index.abbreviations
        self._bags = index.bags
        self._entries: dict[int, frozenset[int]] = {}
        close = queries.forms.copy()
        close.data[close.data < SHARED] = 0.0
        close.eliminate_zeros()
        starts = close.indptr.tolist()
        forms = close.indices.tolist()
        self._forms = [frozenset(forms[a:b]) for a, b in pairwise(starts)]
        self._weights = queries.weights.tolist()

    def words(self, row: int, entry: int) -> tuple[Words, Words]:
        """The words of the row that the entry shares in some form, and those that it lacks."""
        numbers = self._queries.read.numbers[row]
        written = self._queries.read.written[row]
        has = self._words_of(entry)
        shared = {n for n in set(numbers) if not has.isdisjoint(self._forms[n])}
        shared |= self._abbreviated(numbers, written, entry)
        told: tuple[list[str], list[str]] = ([], [])
        seen: set[int] = set()
        weights = self._weights
        for place in sorted(range(len(numbers)), key=lambda place: -weights[numbers[place]]):
            number = numbers[place]
            kind = told[number not in shared]
            if number not in seen and len(kind) < TOLD:
                kind.append(written[place])
            seen.add(number)
        return tuple(told[0]), tuple(told[1])

    def _words_of(self, entry: int) -> frozenset[int]:
        found = self._entries.get(entry)
        if found is None:
            start, end = self._bags.indptr[entry : entry + 2]
            found = self._entries[entry] = frozenset(self._bags.indices[start:end].tolist())
        return found

    def _abbreviated(self, numbers: list[int], written: list[str], entry: int) -> set[int]:
        spelled, used = self._abbreviations.spelled, self._abbreviations.used
        found = {
            number
            for number, word in zip(numbers, written, strict=True)
            if is_abbreviation(word) and entry in spelled.get(word.lower(), ())
        }
        for span in spans(written, used):
            if entry in used[span.initials]:
                found |= {numbers[place] for place in span.places}
        return found
