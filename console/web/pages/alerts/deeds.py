"""What somebody does with an alert, by the same functions as the commands; nothing is done twice.

A page says what it last saw of the alert (`seen`): who comes second sees what happened meanwhile,
and keeps what they wrote.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter
from sqlalchemy import Connection, text
from starlette.responses import Response

from console.web.access.guard import Form, Sent, doing
from console.web.access.rights import Person
from console.web.navigation import N_
from console.web.pages.alerts.one import SNOOZES, Tried, page, reread
from console.web.pages.alerts.seeing import allowed
from console.web.site import Here, Site, goes_to
from flows.alerts import handle
from flows.alerts.assigning import assign_and_tell
from flows.alerts.handle import Hand
from flows.alerts.house import House
from flows.alerts.naming import CannotHandle, find
from models.masking import Masker

router = APIRouter(prefix="/alerts")
LONGEST = 10_000
"""Characters of a comment."""
OF_GROUP = ("acknowledge", "snooze", "resolve")
"""What may be done to every alert of a group at once."""
SAY_WHY = N_("Say why, in a few words")
TOO_LONG = N_("At most 10,000 characters")
_LAST = "SELECT max(id) FROM alert_changes WHERE fingerprint = :fingerprint"


class Overtaken(Exception):
    """Something happened to the alert since the page was read."""


@dataclass(frozen=True)
class Deed:
    """Something to do with one alert, as the form gave it."""

    site: Site
    fingerprint: str
    hand: Hand
    given: Sent


Do = Callable[[Connection, Deed], object]


def _snooze(connection: Connection, deed: Deed) -> None:
    now = deed.site.moment
    until = now + SNOOZES[deed.given.get("for")][1]
    handle.snooze(connection, deed.fingerprint, until, now, deed.hand)


def _assign(connection: Connection, deed: Deed) -> None:
    house = House.of(deed.site.environment)
    assign_and_tell(connection, house, deed.fingerprint, deed.given.get("to"), deed.hand)


def _resolve(connection: Connection, deed: Deed) -> None:
    handle.resolve_by_hand(connection, deed.fingerprint, deed.site.moment, deed.hand)


DEEDS: dict[str, Do] = {
    "acknowledge": lambda c, deed: handle.acknowledge(c, deed.fingerprint, deed.hand),
    "comment": lambda c, deed: handle.comment(c, deed.fingerprint, deed.hand),
    "wake": lambda c, deed: handle.wake(c, deed.fingerprint, deed.hand),
    "assign": _assign,
    "snooze": _snooze,
    "resolve": _resolve,
}


@router.post("/{fingerprint}")
def do(
    site: Here, fingerprint: str, given: Form, person: Annotated[Person, doing("alerts")]
) -> Response:
    """Do it, or say by the field what is wrong."""
    found = reread(site, fingerprint)
    allowed(person, fingerprint, found.alert.labels)
    say = site.speaker(person).say
    problems = {name: say(words) for name, words in _problems(site, given).items()}
    if problems:
        return page(site, person, found, Tried(given.as_dict(), problems), 422)
    comment = given.get("comment").replace("\0", "") or say("I look at it")
    masker = Masker(site.environment.settings.identifiers)
    hand = Hand(person.actor, comment, masker, bool(given.get("group")))
    deed = Deed(site, found.alert.fingerprint, hand, given)
    try:
        with site.writing() as connection:
            _not_overtaken(connection, deed)
            DEEDS[given.get("deed")](connection, deed)
    except Overtaken:
        tried = Tried(given.as_dict(), overtaken=True)
        return page(site, person, reread(site, fingerprint), tried, 409)
    except CannotHandle as error:
        tried = Tried(given.as_dict(), {"deed": f"{error.found}. {error.next_step}"})
        return page(site, person, reread(site, fingerprint), tried, 422)
    return goes_to(f"/alerts/{found.alert.fingerprint}")


def _problems(site: Site, given: Sent) -> dict[str, str]:
    """What is wrong with a form, untranslated, by its fields. Only to take it needs no words."""
    deed, comment = given.get("deed"), given.get("comment")
    found = {}
    if deed not in DEEDS:
        return {"deed": N_("Choose what to do")}
    if not comment and deed != "acknowledge":
        found["comment"] = SAY_WHY
    if len(comment) > LONGEST:
        found["comment"] = TOO_LONG
    if deed == "assign" and given.get("to") not in site.environment.on_call.people:
        found["to"] = N_("Choose a person")
    if deed == "snooze" and given.get("for") not in SNOOZES:
        found["for"] = N_("Choose for how long")
    if given.get("group") and deed not in OF_GROUP:
        found["group"] = N_("This is done to one alert at a time")
    return found


def _not_overtaken(connection: Connection, deed: Deed) -> None:
    """Hold the alert, and see that nothing happened to it since the page was read."""
    find(connection, deed.fingerprint)
    last = connection.execute(text(_LAST), {"fingerprint": deed.fingerprint}).scalar()
    if deed.given.get("deed") != "comment" and deed.given.get("seen") != str(last):
        raise Overtaken
