"""What each role may do: one table, and nothing else decides."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, get_args

from models.environment.console import Role

Right = Literal[
    "see",  # what is no person's record: numbers, systems, alerts, delays
    "people",  # records of persons, each reading with its basis
    "alerts",  # take, silence and resolve alerts
    "apply",  # start and cancel composite services, help where they stop
    "reviews",  # work on reviews of breaches
    "dispute",  # dispute a review in the name of a body
    "hidden",  # decide on hidden services
    "sources",  # release held rows, accept contracts, pull
    "audit",  # read and verify the trail
]
RIGHTS: Mapping[Role, frozenset[Right]] = {
    "integration_engineer": frozenset({"see", "alerts", "sources"}),
    "on_call": frozenset({"see", "alerts"}),
    "office_staff": frozenset({"see", "people", "apply"}),
    "region": frozenset({"see", "people", "reviews", "dispute"}),
    "reviewer": frozenset({"see", "hidden"}),
    "auditor": frozenset({"see", "people", "audit"}),
}
BOUNDED: frozenset[Role] = frozenset({"region", "office_staff"})
"""Roles that see their own region only, where nothing else of theirs sees more."""

NOWHERE = "nowhere"
"""No region's code."""


@dataclass(frozen=True)
class Person:
    """Somebody signed in. `forms` is what every form they send has to carry."""

    name: str
    shown: str
    roles: tuple[Role, ...]
    forms: str
    region: str | None = None
    office: str | None = None
    language: str | None = None
    must_change: bool = False
    seen_at: datetime = field(default=datetime.max.replace(tzinfo=UTC), compare=False)
    """As it was last written down; for who is no session, never too long ago."""

    @property
    def rights(self) -> frozenset[Right]:
        """All that their roles allow."""
        return frozenset().union(*(RIGHTS[role] for role in self.roles))

    @property
    def actor(self) -> str:
        """As the audit trail writes it."""
        return f"person:{self.name}"

    @property
    def bound_to(self) -> str | None:
        """The region that they see alone; None where they see all.

        Nobody is made without one who needs it; who is all the same, sees nothing.
        """
        if not self.roles or not BOUNDED.issuperset(self.roles):
            return None
        return self.region or NOWHERE

    def may(self, right: Right) -> bool:
        """Whether one of their roles allows it."""
        return right in self.rights


def known_roles(names: Collection[str]) -> tuple[Role, ...]:
    """The roles among these names, in the order of the table."""
    return tuple(role for role in get_args(Role) if role in names)
