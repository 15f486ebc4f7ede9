"""One application of one service: whose clock it was, from receipt to end, with the evidence."""

from typing import Annotated, Any

from fastapi import APIRouter
from sqlalchemy import Connection, text
from starlette.responses import Response

from console.application import read
from console.web.access.guard import Form, doing, reading
from console.web.access.rights import Person
from console.web.pages.applications.reach import must_reach
from console.web.pages.cases.offices import offices
from console.web.pages.today.regions import names, regions
from console.web.site import Here, Site, none_of
from flows.delays.clocks.explain import Explained, explain
from models.environment.dependencies import OURS

router = APIRouter(prefix="/applications")
_REGION = "SELECT region, office FROM applications WHERE system = :system AND number = :number"


@router.get("/timeline")
def timeline(site: Here, person: Annotated[Person, reading("see")]) -> Response:
    """The time in pieces: words and codes, without the applicant."""
    return _page(site, person)


@router.post("/timeline")
def record(site: Here, given: Form, person: Annotated[Person, doing("people")]) -> Response:
    """The whole record, masked unless asked otherwise; an entry of the audit trail."""
    basis = given.get("basis")
    if not basis:
        return _page(site, person, 422)
    system, number = _named(site)
    with site.writing() as connection:
        _must_be_theirs(connection, person, system, number)
        file = read(
            connection,
            site.environment,
            number,
            system,
            person.actor,
            basis,
            unmasked=given.get("unmasked") == "yes",
        )
    return _page(site, person, file=file)


def _named(site: Site) -> tuple[str, str]:
    return site.query("system"), site.query("number")


def _must_be_theirs(connection: Connection, person: Person, system: str, number: str) -> None:
    row = connection.execute(text(_REGION), {"system": system, "number": number}).one_or_none()
    if row is None:
        raise none_of("application")
    must_reach(person, row.region, {row.office}, f"application {system} {number}")


def _page(
    site: Site, person: Person, status: int = 200, file: dict[str, Any] | None = None
) -> Response:
    system, number = _named(site)
    with site.reading() as connection:
        _must_be_theirs(connection, person, system, number)
        found = explain(connection, site.environment, number, system, site.moment)
    whole = number.partition("/")[0] if system == OURS else None
    return site.render(
        person,
        "applications/timeline.html",
        status,
        found=found,
        a=found.application,
        shares=_shares(found),
        whole=whole,
        file=file,
        services=names(site, "services"),
        regions=regions(site),
        offices=offices(site),
    )


def _shares(found: Explained) -> list[tuple[str, int, float]]:
    """Whose the working time was: party, seconds, share; the greatest first."""
    parts = sorted(found.shares.items(), key=lambda each: -each[1])
    return [(name, n, n / found.whole) for name, n in parts if n and found.whole]
