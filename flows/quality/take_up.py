"""Digital take-up: the share of transactions that people carry out over digital channels.

One of the four indicators of the United Kingdom's service standard: digital ÷ all.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol


class Used(Protocol):
    """How often something was used, and how often digitally; None where nobody reports it."""

    @property
    def uses(self) -> int | None:
        """All uses."""

    @property
    def digital(self) -> int | None:
        """Those of them that were digital."""


@dataclass(frozen=True)
class Volume:
    """How often a service was used, and how often digitally."""

    name: str
    uses: int | None
    digital: int | None


@dataclass(frozen=True)
class TakeUp:
    """`digital` of `uses`, over the `reporting` that report both numbers."""

    reporting: int
    uses: int
    digital: int

    @property
    def share(self) -> float | None:
        """Between 0 and 1; None where nothing was used."""
        return self.digital / self.uses if self.uses else None


def digital_take_up(volumes: Iterable[Used]) -> TakeUp:
    """The take-up over all that report both numbers; the others say nothing either way.

    Raises:
        ValueError: a number is below zero, or more uses are digital than there are.
    """
    reporting = uses = digital = 0
    for each in volumes:
        if each.uses is None or each.digital is None:
            continue
        if not 0 <= each.digital <= each.uses:
            raise ValueError(f"{each.digital} digital uses of {each.uses}")
        reporting, uses, digital = reporting + 1, uses + each.uses, digital + each.digital
    return TakeUp(reporting, uses, digital)


def without_digital(volumes: Iterable[Volume], most: int = 10) -> Sequence[Volume]:
    """The services that are used, and never digitally: the `most` used ones first."""
    found = [each for each in volumes if each.digital == 0 and each.uses]
    return sorted(found, key=lambda each: (-(each.uses or 0), each.name))[:most]
