"""What is matched, a register's entry or an observed function, and what comes out of it."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["present", "renamed", "unsure", "hidden", "not_judged"]
"""What the register says of an observed function.

present: registered under this name. renamed: registered under another name. hidden: absent from
the register. unsure: a person has to look. not_judged: it has no name that could be compared.
Whether it is a service at all is another question, and not asked here.
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A service of the register, or an observed function: only `id` and a name are needed."""

    id: str
    name: str
    names: tuple[str, ...] = ()
    """The same name in further languages, or abbreviated."""
    description: str = ""
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Nearest:
    """A register entry near an observed function, and what brought it there."""

    id: str
    name: str
    similarity: float
    """0 (nothing in common) to 1 (the same name)."""
    shared: tuple[str, ...] = ()
    """Words of the observed name that the entry has too, the most telling first."""
    lacks: tuple[str, ...] = ()
    """Words of the observed name that the entry does not have, the most telling first."""


@dataclass(frozen=True, slots=True)
class Match:
    """What the register says of one observed function."""

    p_absent: float | None
    """The probability that the function is not in the register; None where it was not judged."""
    kind: Kind
    why: str
    """In a sentence, for a person."""
    nearest: tuple[Nearest, ...] = ()
    """The nearest entries, at most five, the best first."""
