"""What a dry run says, in the applicant's language: for a page, a terminal or a program."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from flows.composite_services.form.check import FieldProblem

Likely = Literal["yes", "no", "depends"]
"""Whether a step will be taken: as far as the form tells."""
UndoWay = Literal["call", "letter", "none", "nothing"]
"""How a step is taken back; `nothing` where there is nothing to take back."""


@dataclass(frozen=True)
class Shared:
    """Data of the person that go out, by their labels, and the basis for that."""

    data: tuple[str, ...]
    basis: str


@dataclass(frozen=True)
class Expected:
    """When a result is expected: the moment, and in how many working days from now.

    `began` is when the step is expected to begin, which is when those before it have ended.
    """

    at: datetime
    working_days: int
    began: datetime


@dataclass(frozen=True)
class Health:
    """How a body's system stands now; `until` is when it is expected to be back."""

    system: str
    name: str
    state: str
    sentence: str
    until: datetime | None = None


@dataclass(frozen=True)
class PlannedStep:
    """One step as it would go.

    `lawful` is by the term of the standard in force, null where there is none; `typical` by
    `past` steps of the same kind, null where there are too few. `term` are words.
    """

    step: str
    name: str
    kind: str
    taken: Likely
    after: tuple[str, ...]
    body: str | None
    health: Health | None
    service: str | None
    term: str | None
    lawful: Expected | None
    typical: Expected | None
    past: int
    shares: tuple[Shared, ...]
    refusal_means: str
    undo: UndoWay
    undo_sentence: str
    looked_up: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """The whole of it. `problems` are what is missing or wrong in the form."""

    composite: str
    name: str
    legal_basis: str
    language: str
    moment: datetime
    problems: tuple[FieldProblem, ...]
    steps: tuple[PlannedStep, ...] = field(default_factory=tuple)
    lawful_end: datetime | None = None
    typical_end: datetime | None = None

    @property
    def ready(self) -> bool:
        """Whether the application could be started as it is."""
        return not self.problems
