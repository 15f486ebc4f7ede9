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
from itertools import islice
from string import Formatter

from flows.speaking.kinds import KINDS

PARTED = {"*": "; ", "+": ", "}
"""What parts the several of a place, by its mark."""
MOST = 100
"""Ways to read a sentence by one template that are looked at."""


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
    def begins(self) -> str:
        """What it begins with, up to its first place."""
        return self._pieces[0][0]

    @cached_property
    def literal(self) -> str:
        """Its longest piece that stands as it is: a sentence without it is another one."""
        return max((literal for literal, *_ in self._pieces), key=len)

    @cached_property
    def _pieces(self) -> tuple[tuple[str, str, re.Pattern[str]], ...]:
        """What stands as it is, with the place after it and how that looks; the last has none."""
        found = []
        for literal, name, kind, _ in Formatter().parse(self.english):
            known = KINDS.get(kind or "code")
            pattern = ".+" if known is None else known.pattern
            found.append((literal, name or "", re.compile(pattern, re.DOTALL)))
        return tuple(found) if found[-1][1] == "" else (*found, ("", "", re.compile("")))

    def fits(self, sentence: str) -> list[dict[str, str]]:
        """The values by which it is the sentence; several where it can be read in several ways."""
        return list(islice(self._fits(sentence, 0), MOST))

    def _fits(self, written: str, at: int) -> Iterator[dict[str, str]]:
        literal, name, pattern = self._pieces[at]
        if not written.startswith(literal):
            return
        rest = written[len(literal) :]
        if not name:
            yield from () if rest else ({},)
            return
        for end in _ends(rest, self._pieces[at + 1][0]):
            if pattern.fullmatch(rest, 0, end):
                for more in self._fits(rest[end:], at + 1):
                    yield {name: rest[:end], **more}


def _ends(written: str, following: str) -> Iterator[int]:
    """Where a place may end: before each of what follows it, or at the end where nothing does."""
    if not following:
        yield len(written)
        return
    end = written.find(following)
    while end >= 0:
        yield end
        end = written.find(following, end + 1)
