"""What was sent and what came back in a case, and its letter: audited readings."""

from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from console.web.access.guard import Form, doing
from console.web.access.rights import Person
from console.web.pages.apply.choices import spoken
from console.web.pages.cases.found import found
from console.web.pages.cases.one import case_page
from console.web.site import Here
from flows.composite_services.assistance.reading import shown
from flows.composite_services.letters.written import write

router = APIRouter(prefix="/cases")


@router.post("/{case}/record")
def record(
    site: Here, case: int, given: Form, person: Annotated[Person, doing("people")]
) -> Response:
    """The case with its step's attempts and call-backs; or, with `do=letter`, its letter."""
    basis = given.get("basis")
    if not basis:
        return case_page(site, person, case, no_basis=True)
    language = spoken(site, site.speaker(person))
    with site.writing() as connection:
        known = found(connection, person, case, language)
        if given.get("do") == "letter":
            letter = write(connection, site.environment, case, actor=person.actor, basis=basis)
            return site.render(person, "cases/letter.html", case=known, letter=letter)
        file = shown(
            connection,
            site.environment,
            case,
            actor=person.actor,
            basis=basis,
            unmasked=given.get("unmasked") == "yes",
        )
    return site.render(person, "cases/record.html", case=known, file=file)
