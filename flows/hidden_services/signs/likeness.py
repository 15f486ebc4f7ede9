"""How likely an observed function is a public service, and which signs say so."""

import math
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, replace

from flows.hidden_services.observed import Observed
from flows.hidden_services.signs.shipped import signs_of
from flows.hidden_services.signs.words import Found, Phrases, clauses, words
from models.environment.hidden_services import HiddenServices, Sign

EASED = 0.5
"""What is left of a sign's weight beside the one that eases it."""

VERB_LAST = frozenset({"az", "ky", "kk", "tr", "tt", "tk", "uz"})
"""Languages whose clauses end with what is done: `қағидаларды әзірлеу` is to draw up rules."""


@dataclass(frozen=True)
class Carried:
    """A sign that was found: what of the definition it shows, and the words or figures it is in."""

    sign: str
    weight: float
    basis: str
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Likeness:
    """The probability that it is a service, before any decision, with the signs behind it."""

    probability: float
    signs: tuple[Carried, ...]


class Signs:
    """The signs of an environment, ready to be looked for.

    Raises:
        ConfigurationError: see `signs_of`.
    """

    def __init__(self, settings: HiddenServices) -> None:
        self.prior = math.log(settings.prior / (1 - settings.prior))
        self._signs = {name: _Ready(name, sign) for name, sign in signs_of(settings).items()}

    def judge(self, observed: Observed) -> Likeness:
        """Look for every sign; of a function that does several things the likest one counts."""
        found = dict(self._figures(observed))
        for language, name in observed.names.items():
            _join(found, self._best_clause(observed, language, name))
        for text in filter(None, (observed.description, observed.result)):
            _join(found, self._in_text(observed, None, text, whole=True))
        return self.likeness(found.values())

    def likeness(self, signs: Iterable[Carried]) -> Likeness:
        """The likeness that these signs make together, the heaviest first."""
        listed = sorted(self._eased(signs), key=lambda each: (-abs(each.weight), each.sign))
        total = self.prior + math.fsum(each.weight for each in listed)
        return Likeness(1 / (1 + math.exp(-total)), tuple(listed))

    def _eased(self, signs: Iterable[Carried]) -> list[Carried]:
        """The signs, those that weigh half beside another with half of their weight."""
        known = {each.sign: each for each in signs}
        return [
            replace(each, weight=self._signs[name].weight * self._ease(name, known))
            for name, each in known.items()
        ]

    def _ease(self, name: str, found: Container[str]) -> float:
        return EASED if self._signs[name].sign.eased_by in found else 1.0

    def _figures(self, observed: Observed) -> Iterator[tuple[str, Carried]]:
        for name, sign in self._signs.items():
            evidence = tuple(sign.figures(observed))
            if evidence:
                yield name, sign.carried(evidence)

    def _best_clause(self, observed: Observed, language: str, name: str) -> dict[str, Carried]:
        """The signs of the clause that is most like a service, if one is; else of all of it."""
        parts = [self._in_text(observed, language, part) for part in clauses(name)]
        parts = [part for part in parts if any(each.weight > 0 for each in part.values())]
        if not parts:
            return self._in_text(observed, language, name)
        return max(parts, key=lambda part: self.likeness(part.values()).probability)

    def _in_text(
        self, observed: Observed, language: str | None, text: str, *, whole: bool = False
    ) -> dict[str, Carried]:
        """The signs in a text; in a whole one, what counts only at a clause's head is left out."""
        split = words(text)
        found = {}
        for name, sign in self._signs.items():
            if whole and sign.sign.within is not None:
                continue
            place = sign.find(observed.kind, language, split)
            if place is not None:
                found[name] = sign.carried((f"“{' '.join(split[slice(*place)])}”",))
        return found


def _join(found: dict[str, Carried], more: dict[str, Carried]) -> None:
    for name, carried in more.items():
        known = found.get(name)
        evidence = dict.fromkeys((*(known.evidence if known else ()), *carried.evidence))
        found[name] = Carried(name, carried.weight, carried.basis, tuple(evidence))


class _Ready:
    """A sign with its phrases indexed."""

    def __init__(self, name: str, sign: Sign) -> None:
        self.name = name
        self.sign = sign
        self._words = {language: Phrases(each) for language, each in sign.words.items()}
        self._objects = {language: Phrases(each) for language, each in sign.objects.items()}

        assert sign.weight is not None, "`signs_of` sees to it"
        self.weight = sign.weight

    def carried(self, evidence: tuple[str, ...]) -> Carried:
        """The sign with what it was found by."""
        return Carried(self.name, self.weight, self.sign.basis or "", evidence)

    def figures(self, observed: Observed) -> Iterator[str]:
        """What of the record's own fields carries it, in words."""
        if observed.kind in self.sign.kinds:
            yield f"observed as {observed.kind}"
        for name in self.sign.filled:
            if value := getattr(observed, name):
                shown = ", ".join(value) if isinstance(value, list) else value
                yield f"{name}: {shown[:80]}"
        for figure, least in self.sign.figures.items():
            if (count := getattr(observed, figure)) is not None and count >= least:
                yield f"{figure} {count:,}"

    def find(self, kind: str, language: str | None, text: list[str]) -> Found | None:
        """The first place where it stands in the words; all languages where this one is unknown."""
        if self.sign.only and kind not in self.sign.only:
            return None
        known = [language] if language in self._words else list(self._words)
        for each in known:
            if (place := self._in(each, text)) is not None:
                return place
        return None

    def _in(self, language: str, text: list[str]) -> Found | None:
        for place in self._words[language].find(text):
            if (
                self.sign.within is not None
                and _from_head(place, text, language) >= self.sign.within
            ):
                continue
            if not self.sign.objects:
                return place
            for other in self._objects[language].find(text) if language in self._objects else ():
                if other[1] <= place[0] or place[1] <= other[0]:
                    return min(place[0], other[0]), max(place[1], other[1])
        return None


def _from_head(place: Found, text: list[str], language: str) -> int:
    """How many words stand between the phrase and where a clause of this language has its verb."""
    return len(text) - place[1] if language in VERB_LAST else place[0]
