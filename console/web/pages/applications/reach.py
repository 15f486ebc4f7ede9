"""Whose applications somebody may look at: those of their region.

What names no region is for those who see the whole country, and for the office that it was filed
at or that is to help it on: to another region it is as strange as any other's.
"""

from collections.abc import Collection

from sqlalchemy import Connection, text

from console.web.access.guard import NotAllowed
from console.web.access.rights import Person

_OFFICES = """
    SELECT a.id, a.region, a.office FROM composite_applications a WHERE a.number = :number
"""
_HELPS = "SELECT DISTINCT office FROM assistance_cases WHERE application = :id"
_OF = "CAST(:region AS text) IS NULL OR a.region = :region"
WITHIN = f"({_OF} OR a.region IS NULL AND a.office = :own)"
"""The same as a condition on applications `a`; its values are `reach_of`."""
HELPED = f"""({_OF} OR a.region IS NULL AND (a.office = :own OR EXISTS (
    SELECT FROM assistance_cases h WHERE h.application = a.id AND h.office = :own)))"""
"""The same of applications for several services."""


def reach_of(person: Person) -> dict[str, str | None]:
    """What they are bound to, and their own office."""
    return {"region": person.bound_to, "own": person.office}


def may_reach(person: Person, region: str | None, offices: Collection[str | None]) -> bool:
    """Whether what is of this region, and these offices', is theirs to see."""
    if person.bound_to is None or region == person.bound_to:
        return True
    return region is None and person.office is not None and person.office in offices


def must_reach(
    person: Person, region: str | None, offices: Collection[str | None], what: str
) -> None:
    """Go on only where it is theirs to see.

    Raises:
        NotAllowed: it is another region's, or another office's where it names none.
    """
    if not may_reach(person, region, offices):
        raise NotAllowed(person, what)


def concerned(
    connection: Connection, application: int, region: str | None, filed_at: str | None
) -> set[str | None]:
    """The offices that may see an application for several services beside those of its region.

    Where it names no region: the office that it was filed at, and those that help; else none.
    """
    if region is not None:
        return set()
    return {filed_at, *connection.execute(text(_HELPS), {"id": application}).scalars()}


def reachable(connection: Connection, person: Person, number: str) -> bool:
    """Whether the application for several services of this number is theirs to see."""
    row = connection.execute(text(_OFFICES), {"number": number}).one_or_none()
    return row is not None and may_reach(
        person, row.region, concerned(connection, row.id, row.region, row.office)
    )
