"""A template of a sentence: English with named, typed places, and the same in a language.

`{count:n} of {all:n} rows` fits `3 of 40 rows`. What stands after the colon is a kind of value
(`flows.speaking.kinds`), or the context of the templates that may stand there: `{why:network}` one
of them, `{why:network?}` one of them or else anything, quoted; `{signs:sign*}` several, parted by
semicolons; `{links:link+}` several, parted by commas.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from string import Formatter

from flows.speaking.kinds import KINDS

PARTED = {"*": "; ", "+": ", "}
"""What parts the several of a place, by its mark."""


@dataclass(frozen=True)
class Place:
    """A place in a template: its name, and what may stand there."""

    name: str
    kind: str

    @property
    def context(self) -> str | None:
        """The context of the templates that may stand there; None for a kind of value."""
        plain = self.kind.rstrip("?*+")
        return None if plain in KINDS else plain

    @property
    def parts(self) -> str | None:
        """What parts several of them; None where only one stands there."""
        return PARTED.get(self.kind[-1])

    @property
    def quotes(self) -> bool:
        """Whether what fits no template stands there as it is, quoted."""
        return self.kind.endswith("?")


@dataclass(frozen=True)
class Template:
    """One template with its words in a language, in which `{name}` stands for each value."""

    english: str
    words: str

    @cached_property
    def places(self) -> Mapping[str, Place]:
        """By their names."""
        return {
            name: Place(name, kind or "code")
            for _, name, kind, _ in Formatter().parse(self.english)
            if name is not None
        }

    @cached_property
    def _literal(self) -> str:
        """The longest piece that stands as it is: looked for first, because that is quick."""
        return max((literal for literal, *_ in Formatter().parse(self.english)), key=len)

    @cached_property
    def _patterns(self) -> tuple[re.Pattern[str], ...]:
        """Where places may end early, and late: where both fit alike there is but one way."""
        wide = any(place.context or KINDS[place.kind].wide for place in self.places.values())
        return tuple(
            re.compile("".join(self._pieces(lazy)), re.DOTALL)
            for lazy in ((True, False) if wide else (False,))
        )

    def _pieces(self, lazy: bool) -> Iterator[str]:
        for literal, name, kind, _ in Formatter().parse(self.english):
            yield re.escape(literal)
            if name is not None:
                known = KINDS.get(kind or "code")
                pattern = ".+" if known is None else known.pattern
                if lazy and (known is None or known.wide):
                    pattern = re.sub(r"(?<!\\)([+*])", r"\1?", pattern)
                yield f"(?P<{name}>{pattern})"

    def fits(self, sentence: str) -> list[dict[str, str]]:
        """The values by which it is the sentence; several where it can be read in several ways."""
        if self._literal not in sentence:
            return []
        found: list[dict[str, str]] = []
        for pattern in self._patterns:
            fit = pattern.fullmatch(sentence)
            if fit is not None and fit.groupdict() not in found:
                found.append(fit.groupdict())
        return found
