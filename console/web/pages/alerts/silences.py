"""Silences: what is told to nobody until a moment, and why; made for all alerts that fit."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from console.times import moment
from console.web.access.guard import Form, Sent, doing, reading
from console.web.access.rights import Person
from console.web.lists import rows_as_csv, wants_csv
from console.web.navigation import N_
from console.web.pages.alerts.deeds import LONGEST, SAY_WHY, TOO_LONG
from console.web.pages.alerts.one import reread
from console.web.pages.alerts.seeing import allowed
from console.web.site import Here, Site, goes_to
from flows.alerts import silences
from flows.alerts.handle import Hand
from flows.alerts.naming import CannotHandle
from models.environment.matchers import Matcher, parse_matcher
from models.errors import ConfigurationError
from models.masking import Masker

router = APIRouter(prefix="/alerts/silences")
MOST = 20
"""Matchers of one silence."""
HEADER = ("silence", "matchers", "alerts", "author", "reason", "ends_at")


@router.get("")
def all_of_them(site: Here, person: Annotated[Person, reading("see")]) -> Response:
    """Those that go on; `?alert=` fills the form in for one alert."""
    given: dict[str, str] = {}
    if site.query("alert"):
        alert = reread(site, site.query("alert")).alert
        allowed(person, alert.fingerprint, alert.labels)
        with site.reading() as connection:
            fitting = silences.matchers_of(connection, alert.fingerprint)
        given["matchers"] = "\n".join(map(str, fitting))
    return _page(site, person, given)


@router.post("")
def make(site: Here, given: Form, person: Annotated[Person, doing("alerts")]) -> Response:
    """Keep quiet about all that fit, until a moment."""
    until, matchers, problems = _read(site, given)
    if until is None or problems:
        say = site.speaker(person).say
        told = {name: say(words) for name, words in problems.items()}
        return _page(site, person, given.as_dict(), told, 422)
    try:
        with site.writing() as connection:
            silences.silence(connection, matchers, until, site.moment, _hand(site, person, given))
    except CannotHandle as error:
        return _page(site, person, given.as_dict(), {"": f"{error.found}. {error.next_step}"}, 422)
    return goes_to("/alerts/silences")


@router.post("/{number}/end")
def end(
    site: Here, number: int, given: Form, person: Annotated[Person, doing("alerts")]
) -> Response:
    """End one before its time; what it covers fires again."""
    kept = {"end": str(number), "why": given.get("comment")}
    if len(given.get("comment")) > LONGEST:
        return _page(site, person, kept, {"end": site.speaker(person).say(TOO_LONG)}, 422)
    try:
        with site.writing() as connection:
            silences.lift(connection, number, site.moment, _hand(site, person, given))
    except CannotHandle as error:
        return _page(site, person, kept, {"end": f"{error.found}. {error.next_step}"}, 422)
    return goes_to("/alerts/silences")


def _page(
    site: Site,
    person: Person,
    given: Mapping[str, str],
    problems: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    with site.counting() as connection:
        known = silences.known(connection, site.moment)
    if wants_csv(site.request):
        told = [
            (each.id, "; ".join(each.matchers), each.alerts, each.author, each.reason, each.ends_at)
            for each in known
        ]
        return rows_as_csv(HEADER, told, "silences")
    return site.render(
        person,
        "alerts/silences.html",
        status,
        silences=known,
        given=given,
        problems=problems or {},
    )


def _hand(site: Site, person: Person, given: Sent) -> Hand:
    masker = Masker(site.environment.settings.identifiers)
    return Hand(person.actor, given.get("comment"), masker)


def _read(site: Site, given: Sent) -> tuple[datetime | None, list[Matcher], dict[str, str]]:
    """The end, the matchers, and what is wrong with them, untranslated, by the field."""
    problems: dict[str, str] = {}
    matchers: list[Matcher] = []
    until: datetime | None = None
    lines = [line for line in given.get("matchers").splitlines() if line.strip()]
    if not lines or len(lines) > MOST:
        problems["matchers"] = N_("Give between 1 and 20 conditions, one in a line")
    try:
        matchers = [parse_matcher(line) for line in lines[:MOST]]
    except ValueError:
        problems["matchers"] = N_('Write each like system="land", severity!=info or service=~001.*')
    try:
        until = moment(given.get("until") or None, site.environment.settings.timezone, "until")
    except ConfigurationError:
        problems["until"] = N_("Write a date and a time that there is, like 2026-11-22 18:00")
    if "until" not in problems and (until is None or until <= site.moment):
        problems["until"] = N_("Give a moment that is still to come: a silence has an end")
    if not given.get("comment"):
        problems["comment"] = SAY_WHY
    if len(given.get("comment")) > LONGEST:
        problems["comment"] = TOO_LONG
    return until, matchers, problems
