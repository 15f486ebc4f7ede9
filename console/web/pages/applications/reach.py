"""Whose applications somebody may look at: those of their region, and those of no region.

What names no region is nobody else's either; an office that could not open it would have to send
the person away.
"""

from sqlalchemy import Connection, text

from console.web.access.guard import NotAllowed
from console.web.access.rights import Person

_REGION = "SELECT region FROM composite_applications WHERE number = :number"
WITHIN = "(CAST(:region AS text) IS NULL OR a.region = :region OR a.region IS NULL)"
"""The same as a condition on the rows `a`; `region` is what the reader is bound to."""


def may_reach(person: Person, region: str | None) -> bool:
    """Whether what is of this region is theirs to see."""
    return person.bound_to is None or region in (None, person.bound_to)


def must_reach(person: Person, region: str | None, what: str) -> None:
    """Go on only where it is theirs to see.

    Raises:
        NotAllowed: it is another region's.
    """
    if not may_reach(person, region):
        raise NotAllowed(person, what)


def reachable(connection: Connection, person: Person, number: str) -> bool:
    """Whether the composite application of this number is theirs to see."""
    return may_reach(person, connection.execute(text(_REGION), {"number": number}).scalar())
