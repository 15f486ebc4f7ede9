"""What somebody bound to a region sees of alerts, and how pages read them."""

from collections.abc import Callable, Mapping

from console.web.access.guard import NotAllowed
from console.web.access.rights import Person
from console.web.site import Site
from models.masking import Masker

REGION = """(CAST(:region AS text) IS NULL
    OR coalesce(a.labels ->> 'region', '') IN ('', :region))"""
"""The SQL of whether the region sees an alert `a`: what names no region concerns all of them."""


def allowed(person: Person, fingerprint: str, labels: Mapping[str, str]) -> None:
    """Go on only where the alert is of the person's region, or of none.

    Raises:
        NotAllowed: it is of another.
    """
    if person.bound_to is not None and labels.get("region", "") not in ("", person.bound_to):
        raise NotAllowed(person, f"alert {fingerprint}")


def masked(site: Site) -> Callable[[object, Mapping[str, str] | None], str]:
    """A way to show the words of an alert: persons' identifiers masked, its own number kept."""
    masker = Masker(site.environment.settings.identifiers)

    def plain(words: object, labels: Mapping[str, str] | None) -> str:
        number = (labels or {}).get("number")
        return masker.mask(str(words), {number} if number else ())

    return plain
