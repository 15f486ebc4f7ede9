"""Observations of the same thing are one candidate, whichever sources they come from."""

from collections.abc import Sequence

from flows.hidden_services.candidates.register import entry_of
from flows.hidden_services.matching.register import Register
from flows.hidden_services.observed import Observed


class Groups:
    """Sets that grow together (union-find); the smaller number stands for both."""

    def __init__(self, count: int) -> None:
        self._over = list(range(count))

    def of(self, one: int) -> int:
        """What stands for the set of this one."""
        while self._over[one] != one:
            self._over[one] = self._over[self._over[one]]
            one = self._over[one]
        return one

    def join(self, one: int, other: int) -> None:
        """Make the sets of the two one set."""
        first, second = sorted((self.of(one), self.of(other)))
        self._over[second] = first


def group(known: Sequence[Observed], new: Sequence[Observed], same: float) -> list[int]:
    """For each new observation the place, in `[*known, *new]`, of the first of its group.

    Two are of one function where they name the same code that the register does not know, or
    where their names are at least as similar as `same`; of two different bodies, twice as near
    to equal. Known observations draw new ones to them, and are never joined with each other.
    """
    everything = [*known, *new]
    groups = _Drawn(len(known), len(everything))
    _join_codes(everything, groups)
    _join_names(everything, groups, len(known), same)
    return [groups.of(len(known) + place) for place in range(len(new))]


class _Drawn(Groups):
    """Groups with at most one known observation each."""

    def __init__(self, known: int, count: int) -> None:
        super().__init__(count)
        self._known = known

    def join(self, one: int, other: int) -> None:
        """As above, except of two groups that each have a known one."""
        if max(self.of(one), self.of(other)) >= self._known:
            super().join(one, other)


def _join_codes(everything: Sequence[Observed], groups: Groups) -> None:
    first: dict[str, int] = {}
    for place, each in enumerate(everything):
        if each.service is not None:
            groups.join(first.setdefault(each.service, place), place)


def _join_names(everything: Sequence[Observed], groups: Groups, known: int, same: float) -> None:
    named = [place for place, each in enumerate(everything) if each.names]
    asked = [place for place in named if place >= known]
    if not asked or len(named) < 2:
        return
    index = Register.from_rows([entry_of(str(place), everything[place]) for place in named])
    found = index.match([entry_of(str(place), everything[place]) for place in asked])
    pairs = [
        (-near.similarity, place, int(near.id))
        for place, match in zip(asked, found, strict=True)
        for near in match.nearest
        if int(near.id) != place
        and near.similarity >= _needed(everything[place], everything[int(near.id)], same)
    ]
    for _, place, other in sorted(pairs):  # the most similar first: who is drawn is drawn there
        groups.join(place, other)


def _needed(one: Observed, other: Observed, same: float) -> float:
    bodies = {one.organisation, other.organisation} - {None}
    return same if len(bodies) < 2 else (1 + same) / 2
