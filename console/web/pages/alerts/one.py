"""One alert: what, since when, who waits, why it may be, what to do, who knows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter
from starlette.responses import Response

from console.web.access.guard import reading
from console.web.access.rights import Person
from console.web.navigation import N_
from console.web.pages.alerts.around import around
from console.web.pages.alerts.places import places
from console.web.pages.alerts.runbooks import runbook
from console.web.pages.alerts.seeing import allowed, masked
from console.web.pages.today.regions import names
from console.web.site import Here, Site, goes_to, none_of
from flows.alerts import listing
from flows.alerts.house import House
from flows.alerts.inhibited import Waits
from flows.alerts.naming import CannotHandle

router = APIRouter(prefix="/alerts")
SNOOZES = {
    "30m": (N_("half an hour"), timedelta(minutes=30)),
    "1h": (N_("an hour"), timedelta(hours=1)),
    "4h": (N_("four hours"), timedelta(hours=4)),
    "8h": (N_("eight hours"), timedelta(hours=8)),
    "24h": (N_("a day"), timedelta(hours=24)),
}
"""For how long somebody may keep an alert quiet with one press."""


@dataclass(frozen=True)
class Tried:
    """What somebody has tried to do: what they gave, and what was wrong, by the field."""

    given: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    overtaken: bool = False


@router.get("/{fingerprint}")
def one(site: Here, fingerprint: str, person: Annotated[Person, reading("see")]) -> Response:
    """The page; a name that is only begun leads to the whole one."""
    found = reread(site, fingerprint)
    if found.alert.fingerprint != fingerprint:
        return goes_to(f"/alerts/{found.alert.fingerprint}")
    return page(site, person, found, Tried())


def page(
    site: Site, person: Person, found: listing.Shown, tried: Tried, status: int = 200
) -> Response:
    """The alert as it stands now, with what was tried."""
    alert, say = found.alert, site.speaker(person)
    allowed(person, alert.fingerprint, alert.labels)
    with site.counting() as connection:
        beside = around(site, person, connection, found)
    return site.render(
        person,
        "alerts/one.html",
        status,
        alert=alert,
        facts=_facts(found.annotations),
        due_at=_due(found.annotations),
        changes=found.changes,
        taken=_taken(found),
        notices=found.notices,
        around=beside,
        place=places(site, say),
        plain=masked(site),
        book=runbook(alert.name, say.language),
        people=[(code, code) for code in sorted(site.environment.on_call.people)],
        snoozes=[(code, say.say(words)) for code, (words, _) in SNOOZES.items()],
        regions=names(site, "regions"),
        services=names(site, "services"),
        tried=tried,
    )


def reread(site: Site, fingerprint: str) -> listing.Shown:
    """Everything about the alert of this name.

    Raises:
        HTTPException: 404, there is none.
    """
    if not fingerprint.isalnum():
        raise none_of(fingerprint)
    with site.counting() as connection:
        waits = Waits.of(House.of(site.environment), site.moment)
        try:
            return listing.show(connection, fingerprint, waits)
        except CannotHandle as error:
            raise none_of(fingerprint) from error


def _taken(found: listing.Shown) -> dict[str, Any] | None:
    """Who has said last to work on it, while that is so."""
    if found.alert.state != "acknowledged":
        return None
    taken = ("acknowledged", "by_hand")
    return next((c for c in reversed(found.changes) if (c["became"], c["reason"]) == taken), None)


def _facts(annotations: Mapping[str, Any]) -> dict[str, Any]:
    """What its sentence counts; what the page says elsewhere is left out."""
    hidden = ("finding", "due_at")
    return {name: value for name, value in annotations.items() if name not in hidden and value}


def _due(annotations: Mapping[str, Any]) -> datetime | None:
    written = annotations.get("due_at")
    return datetime.fromisoformat(written) if isinstance(written, str) else None
