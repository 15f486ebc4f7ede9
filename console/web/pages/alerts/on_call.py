"""Who has the watch now, by the same rota as notices go by."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from console.web.site import Site
from flows.alerts.house import House

AHEAD = timedelta(days=2)
"""So far is it looked ahead for who has it next."""


@dataclass(frozen=True)
class Duty:
    """One rota: `person` has the watch until `until`, then `then`; None in a gap.

    `until` is None where it does not pass on for as long as it is looked ahead. In a gap the
    receivers of `fallback` are told.
    """

    rota: str
    person: str | None
    until: datetime | None
    then: str | None
    fallback: tuple[str, ...]


def on_call(site: Site) -> list[Duty]:
    """Each rota as it stands at this moment."""
    house = House.of(site.environment)
    found = []
    for name, rota in sorted(house.on_call.rotas.items()):
        now, *later = house.watches(name, site.moment, site.moment + AHEAD)
        until, then = (now.ends, later[0].person) if later else (None, now.person)
        found.append(Duty(name, now.person, until, then, tuple(rota.fallback)))
    return found
