"""What somebody who is bound to a region may ask for: that region."""

from console.web.access.guard import NotAllowed
from console.web.access.rights import Person
from console.web.site import Site


def within(site: Site, person: Person) -> str | None:
    """The region whose rows are shown: their own, else the one that the address names, else all.

    Raises:
        NotAllowed: the address names another one than theirs.
    """
    asked = site.query("region") or None
    if person.bound_to is None:
        return asked
    if asked not in (None, person.bound_to):
        raise NotAllowed(person, f"GET {site.request.url.path}?region={asked}")
    return person.bound_to


def theirs(person: Person, region: str | None, what: str) -> None:
    """Go on only with what lies in their region, where they are bound to one.

    Raises:
        NotAllowed: it lies in another one, or in several.
    """
    if person.bound_to is not None and region != person.bound_to:
        raise NotAllowed(person, what)
