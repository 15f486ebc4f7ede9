"""The pages that somebody finds at the top: those that their roles lead to."""

from dataclasses import dataclass

from console.web.access.rights import Person, Right


def N_(words: str) -> str:
    """Marks words for the catalogs; they are translated where they are shown."""
    return words


@dataclass(frozen=True)
class Place:
    """One page of the navigation."""

    path: str
    title: str
    right: Right
    also: tuple[str, ...] = ()
    """Other pages that stand under it."""

    def holds(self, path: str) -> bool:
        """Whether this page is it, or stands under it."""
        below = () if self.path == "/" else (f"{self.path}/",)
        return path in (self.path, *self.also) or path.startswith(
            (*below, *(f"{each}/" for each in self.also))
        )


PLACES = (
    Place("/", N_("Today"), "see"),
    Place("/alerts", N_("Alerts"), "see"),
    Place("/systems", N_("Systems"), "see"),
    Place("/apply", N_("Apply"), "apply"),
    Place("/applications", N_("Applications"), "see"),
    Place("/cases", N_("Cases"), "apply"),
    Place("/delays", N_("Delays"), "see", also=("/reviews",)),
    Place("/hidden-services", N_("Hidden services"), "see"),
    Place("/quality", N_("Quality"), "see"),
    Place("/sources", N_("Sources"), "see"),
    Place("/audit", N_("Audit"), "audit"),
)


def navigation(person: Person) -> list[Place]:
    """The places that this person may go to."""
    return [place for place in PLACES if person.may(place.right)]
