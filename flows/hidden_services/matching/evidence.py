"""Which words brought an entry near, and which of the observed name it lacks."""

from itertools import pairwise

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
        forms = close.indices.tolist()
        self._forms = [frozenset(forms[a:b]) for a, b in pairwise(close.indptr.tolist())]
        self._weights = queries.weights.tolist()

    def words(self, row: int, entry: int) -> tuple[Words, Words]:
        """The words of the row that the entry shares in some form, and those that it lacks."""
        numbers = self._queries.read.numbers[row]
        written = dict(zip(numbers, self._queries.read.written[row], strict=True))
        has = self._words_of(entry)
        shared = {number for number in written if not has.isdisjoint(self._forms[number])}
        self._add_abbreviated(shared, row, entry)
        telling = sorted(written, key=self._weights.__getitem__, reverse=True)
        return (
            tuple([written[number] for number in telling if number in shared][:TOLD]),
            tuple([written[number] for number in telling if number not in shared][:TOLD]),
        )

    def _words_of(self, entry: int) -> frozenset[int]:
        found = self._entries.get(entry)
        if found is None:
            start, end = self._bags.indptr[entry : entry + 2]
            found = self._entries[entry] = frozenset(self._bags.indices[start:end].tolist())
        return found

    def _add_abbreviated(self, shared: set[int], row: int, entry: int) -> None:
        short, long = self._queries.abbreviated[row]
        for places, entries in (
            (short, self._abbreviations.spelled),
            (long, self._abbreviations.used),
        ):
            for initials, numbers in places:
                if entry in entries[initials]:
                    shared.update(numbers)
