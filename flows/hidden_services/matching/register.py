"""A register made ready for questions: which entry is nearest, and is there one at all?"""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Self

import numpy as np

from flows.hidden_services.matching import calibration
from flows.hidden_services.matching.calibration import BASE_RATE, Examples
from flows.hidden_services.matching.embedding import Embedder
from flows.hidden_services.matching.entries import Entry, Match, Nearest
from flows.hidden_services.matching.evidence import Evidence
from flows.hidden_services.matching.index import Index
from flows.hidden_services.matching.perturbation import Perturbation
from flows.hidden_services.matching.queries import Queries, Rows, texts_of
from flows.hidden_services.matching.ranking import KEPT, Ranked, rank
from flows.hidden_services.matching.sparse import Floats, Numbers
from flows.hidden_services.matching.verdicts import NOTHING_TO_COMPARE, conclude, scripts
from models.errors import ConfigurationError

AT_ONCE = 25_000
"""Observed functions matched together: bounds the memory."""
EXAMPLES = 600
"""Names made from the register to learn the probability from, at most ten of each entry."""
AS_THEY_ARE = 0.3
"""So many of them are left as they are."""
TWIN = 0.97
"""An entry taken out is no example of an absent one where another is so near."""
DECIDED = 5.0
"""What a person decided weighs as much as so many made examples."""


class Register:
    """The entries of a register, indexed; it can be pickled and asked again and again."""

    def __init__(
        self,
        entries: Sequence[Entry],
        *,
        embedder: Embedder | None = None,
        base_rate: float = BASE_RATE,
    ) -> None:
        self.entries = list(entries)
        self._check(base_rate)
        self._index = Index(self.entries, embedder)
        self._shown = [next(iter(texts_of(each)), each.id) for each in self.entries]
        self._scripts = scripts(text for each in self.entries for text in texts_of(each))
        self._made = self._examples(base_rate)
        self._base_rate = base_rate
        self._calibration = calibration.fit(self._made, base_rate)

    @classmethod
    def from_rows(
        cls,
        entries: Iterable[Entry],
        *,
        embedder: Embedder | None = None,
        base_rate: float = BASE_RATE,
    ) -> Self:
        """Index the entries and learn what renamed and absent functions look like beside them.

        `base_rate` is the share of observed functions expected to be absent, between 0 and 1.

        Raises:
            ConfigurationError: there is no entry, or an id is there twice.
        """
        return cls(list(entries), embedder=embedder, base_rate=base_rate)

    def match(self, observed: Sequence[Entry], *, told: int = KEPT) -> list[Match]:
        """What the register says of each, in the same order; each is judged for itself.

        The words shared and lacking are told of the `told` nearest entries: finding them takes
        most of the time.
        """
        return [
            match
            for start in range(0, len(observed), AT_ONCE)
            for match in self._match(observed[start : start + AT_ONCE], told)
        ]

    def learn(self, decided: Sequence[tuple[Entry, bool]]) -> None:
        """Take decisions into account: observed functions, each with whether it is absent.

        What was learned before from decisions is forgotten, so all of them are given each time.
        """
        ranked = self._ranked([each for each, _ in decided])[1]
        told = Examples(
            ranked.figures,
            np.array([float(absent) for _, absent in decided]),
            np.full(len(decided), DECIDED),
        )
        self._calibration = calibration.fit(Examples.joined([self._made, told]), self._base_rate)

    def _match(self, observed: Sequence[Entry], told: int) -> Iterator[Match]:
        queries, ranked = self._ranked(observed)
        p_absent = self._calibration.p_absent(ranked.figures).tolist()
        evidence = Evidence(queries, self._index)
        readable = np.zeros(len(observed), dtype=bool)
        np.logical_or.at(readable, queries.rows.owners, queries.lengths > 0)
        near = zip(
            ranked.entry.tolist(), ranked.row.tolist(), ranked.similarity.tolist(), strict=True
        )
        for each, p, found, can_be_read in zip(
            observed, p_absent, near, readable.tolist(), strict=True
        ):
            if not can_be_read:
                yield NOTHING_TO_COMPARE
                continue
            nearest = [
                self._nearest(
                    entry, similarity, evidence.words(row, entry) if place < told else ((), ())
                )
                for place, (entry, row, similarity) in enumerate(zip(*found, strict=True))
                if entry >= 0
            ]
            yield conclude(p, nearest, texts_of(each), self._scripts)

    def _nearest(
        self, entry: int, similarity: float, words: tuple[tuple[str, ...], tuple[str, ...]]
    ) -> Nearest:
        identity, name = self.entries[entry].id, self._shown[entry]
        return Nearest(identity, name, round(similarity, 4), *words)

    def _ranked(
        self, observed: Sequence[Entry], without: Numbers | None = None
    ) -> tuple[Queries, Ranked]:
        queries = Queries(Rows.of(observed), self._index.vocabulary, self._index.abbreviations)
        return queries, rank(queries, self._index.pairs(queries), len(observed), without)

    def _examples(self, base_rate: float) -> Examples:
        chosen = random.Random(0)
        perturbed = Perturbation(self.entries)
        count = min(EXAMPLES, 10 * len(self.entries))
        own = np.array([chosen.randrange(len(self.entries)) for _ in range(count)])
        asked = [
            Entry("", name if chosen.random() < AS_THEY_ARE else perturbed(name))
            for name in (self.entries[number].name for number in own)
        ]
        present = self._ranked(asked)[1].figures
        absent = self._ranked(asked, without=own)[1].figures
        return calibration.made(present, self._no_twins(absent), base_rate)

    def _no_twins(self, absent: Floats) -> Floats:
        alone = absent[absent[:, 0] < TWIN]
        return alone if len(alone) else absent

    def _check(self, base_rate: float) -> None:
        tried = "Indexing the register"
        if not 0 < base_rate < 1:
            next_step = "Give a share between 0 and 1"
            raise ConfigurationError(tried, f"the base rate is {base_rate}", next_step)
        if not any(texts_of(each) for each in self.entries):
            found = "it has no entry with a name"
            raise ConfigurationError(tried, found, "Give at least one service with its name")
        [(often, times)] = Counter(each.id for each in self.entries).most_common(1)
        if times > 1:
            found = f"the id {often} is there {times} times"
            raise ConfigurationError(tried, found, "Give each service an id of its own")
