"""Apply: one application for several services, for the person in front of a member of staff.

Choose a life event, fill in the form, see what would be done, start. What is typed goes from page
to page in the pages themselves: nothing of a person is kept before the start, and nothing typed
is lost on the way.
"""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from console.web.access.guard import Form, doing, reading
from console.web.access.rights import Person
from console.web.pages.applications.reach import reachable
from console.web.pages.apply.choices import channels, languages, spoken, usual
from console.web.pages.apply.filled import Filled
from console.web.pages.apply.form import checked, definition_of, form_page
from console.web.pages.apply.planning import plan_page
from console.web.pages.apply.starting import start
from console.web.site import Here, Site, goes_to
from flows.composite_services.intake.start import NotAccepted
from models.environment.composites import Composite
from models.errors import TerezeError

router = APIRouter(prefix="/apply")


@router.get("")
def choose(site: Here, person: Annotated[Person, reading("apply")]) -> Response:
    """The life events that an application can be made for."""
    known = sorted(site.environment.composites.values(), key=lambda each: each.composite)
    return site.render(person, "apply/choose.html", composites=known)


@router.get("/{composite}")
def empty(site: Here, composite: str, person: Annotated[Person, reading("apply")]) -> Response:
    """The form, not filled in yet."""
    definition = definition_of(site, composite)
    speaker = spoken(site, site.speaker(person))
    fresh = Filled(language=speaker, channel=usual(site, channels(site)))
    return form_page(site, person, definition, fresh)


@router.post("/{composite}")
def go_on(
    site: Here, composite: str, given: Form, person: Annotated[Person, doing("apply")]
) -> Response:
    """Back to the form (`change`), what would be done (`check`), or start it (`start`)."""
    definition, filled = definition_of(site, composite), Filled.of(given)
    if filled.language not in dict(languages(site)):
        filled = replace(filled, language=spoken(site, site.speaker(person)))
    deed = given.get("do")
    if deed == "change":
        return form_page(site, person, definition, filled)
    try:
        if deed == "start":
            return _started(site, person, definition, filled)
        found = checked(site, person, definition, filled)
        if found.problems:
            return form_page(site, person, definition, filled, problems=found.problems)
        basis = given.get("basis")
        if deed == "speak":  # only another language of the page: nothing is looked up
            return plan_page(site, person, definition, filled, typed=basis)
        return plan_page(site, person, definition, filled, given.get("words"), basis)
    except NotAccepted:  # said anew in the reader's language
        found = checked(site, person, definition, filled)
        return form_page(site, person, definition, filled, problems=found.problems)
    except TerezeError as error:
        return form_page(site, person, definition, filled, error=error)


def _started(site: Site, person: Person, definition: Composite, filled: Filled) -> Response:
    started = start(site, person, definition, filled)
    with site.reading() as connection:
        seen = reachable(connection, person, started.number)
    if not seen:
        return form_page(site, person, definition, filled, elsewhere=started.number)
    return goes_to(f"/applications/{started.number}?told={'again' if started.again else 'new'}")
