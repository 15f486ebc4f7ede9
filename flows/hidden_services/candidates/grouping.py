"""Observations of the same thing are one candidate, whichever sources they come from."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from flows.hidden_services.candidates.register import entry_of
from flows.hidden_services.matching.register import Register
from flows.hidden_services.observed import Observed

EQUAL = 0.97
"""Names that are so similar are the same, misprints aside."""


@dataclass
class _Group:
    """Observations that are one: the candidate they belong to, and the lists they stand in."""

    candidate: int | None = None
    lists: set[tuple[str, str]] = field(default_factory=set)


class Groups:
    """Sets of observations that grow together (union-find).

    No two candidates are joined: people may have decided them. Nor are two lines of one list,
    unless they are called the same: a body that lists both takes them for two functions.
    """

    def __init__(self, observed: Sequence[Observed], candidates: Sequence[int | None]) -> None:
        self._over = list(range(len(observed)))
        self._groups = {
            place: _Group(candidate, {(each.system, each.kind)})
            for place, (each, candidate) in enumerate(zip(observed, candidates, strict=True))
        }
        first: dict[int, int] = {}
        for place, candidate in enumerate(candidates):
            if candidate is not None:
                self._join(first.setdefault(candidate, place), place)

    def of(self, one: int) -> int:
        """The first observation of its set."""
        while self._over[one] != one:
            self._over[one] = self._over[self._over[one]]
            one = self._over[one]
        return one

    def candidate(self, one: int) -> int | None:
        """The candidate that its set belongs to; None where it needs a new one."""
        return self._groups[self.of(one)].candidate

    def join(self, one: int, other: int, *, equal: bool = False) -> None:
        """Make their sets one, where that may be; `equal`: they are called the same."""
        first, second = (self._groups[self.of(each)] for each in (one, other))
        if first.candidate is not None and second.candidate is not None:
            return
        if equal or not first.lists & second.lists:
            self._join(one, other)

    def _join(self, one: int, other: int) -> None:
        first, second = sorted((self.of(one), self.of(other)))
        if first == second:
            return
        kept, gone = self._groups[first], self._groups.pop(second)
        kept.lists |= gone.lists
        kept.candidate = gone.candidate if kept.candidate is None else kept.candidate
        self._over[second] = first


def group(observed: Sequence[Observed], candidates: Sequence[int | None], same: float) -> Groups:
    """Group the observations; those with a candidate draw the others to them.

    Two are of one function where they name the same code that the register does not know, or
    where their names are at least as similar as `same`; of two different bodies, half way from
    there to equal.
    """
    groups = Groups(observed, candidates)
    _join_codes(observed, groups)
    _join_names(observed, candidates, groups, same)
    return groups


def _join_codes(observed: Sequence[Observed], groups: Groups) -> None:
    first: dict[str, int] = {}
    for place, each in enumerate(observed):
        if each.service is not None:
            groups.join(first.setdefault(each.service, place), place, equal=True)


def _join_names(
    observed: Sequence[Observed], candidates: Sequence[int | None], groups: Groups, same: float
) -> None:
    named = [place for place, each in enumerate(observed) if each.names]
    asked = [place for place in named if candidates[place] is None]
    if not asked or len(named) < 2:
        return
    index = Register.from_rows([entry_of(str(place), observed[place]) for place in named])
    found = index.match([entry_of(str(place), observed[place]) for place in asked])
    pairs = [
        (-near.similarity, place, int(near.id))
        for place, match in zip(asked, found, strict=True)
        for near in match.nearest
        if int(near.id) != place
        and near.similarity >= _needed(observed[place], observed[int(near.id)], same)
    ]
    for similarity, place, other in sorted(pairs):  # the most similar first: who is drawn stays
        groups.join(place, other, equal=-similarity >= EQUAL)


def _needed(one: Observed, other: Observed, same: float) -> float:
    bodies = {one.organisation, other.organisation} - {None}
    return same if len(bodies) < 2 else (1 + same) / 2
