"""One application for several services: how it stands, live; its record, as an audited reading."""

from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from console.web.access.guard import Form, doing, reading
from console.web.access.rights import Person
from console.web.pages.applications.standing import found, standing
from console.web.pages.apply.choices import languages, spoken
from console.web.pages.cases.offices import offices
from console.web.site import Here, Site
from flows.composite_services.showing.file import file_of

router = APIRouter(prefix="/applications")


@router.get("/{number}")
def one(site: Here, number: str, person: Annotated[Person, reading("see")]) -> Response:
    """How it stands and what comes next; `?print=ru` has all of the page in that language."""
    return one_page(site, person, number)


def one_page(
    site: Site, person: Person, number: str, status: int = 200, problem: str = ""
) -> Response:
    """The page; `problem` stands above the form for reading the record."""
    known = languages(site)
    asked = site.query("print")
    printed = asked if asked in dict(known) else None
    language = printed or spoken(site, site.speaker(person))
    with site.reading() as connection:
        loaded = found(connection, person, number)
        stands = standing(connection, site.environment, loaded, language)
    return site.render(
        person,
        "applications/composite.html",
        status,
        language=printed,
        stands=stands,
        spoken=known,
        told=site.query("told"),
        problem=problem,
    )


@router.post("/{number}")
def record(
    site: Here, number: str, given: Form, person: Annotated[Person, doing("people")]
) -> Response:
    """The whole record, masked unless asked otherwise; an entry of the audit trail."""
    basis = given.get("basis")
    if not basis:
        return one_page(site, person, number, 422, "basis")
    unmasked = given.get("unmasked") == "yes"
    with site.writing() as connection:
        loaded = found(connection, person, number)
        file = file_of(
            connection,
            site.environment,
            loaded.row["id"],
            actor=person.actor,
            basis=basis,
            language=spoken(site, site.speaker(person)),
            unmasked=unmasked,
        )
    definition, speaker = loaded.definition, site.speaker(person)
    return site.render(
        person,
        "applications/record.html",
        file=file,
        labels={each.name: each.labels for each in definition.form.fields},
        steps={name: speaker.name(step.names, name) for name, step in definition.steps.items()},
        offices=offices(site),
        unmasked=unmasked,
    )
