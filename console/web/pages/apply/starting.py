"""Start: once, however often the button is pressed; the start itself wakes a worker."""

from console.web.access.rights import Person
from console.web.pages.apply.choices import region_of
from console.web.pages.apply.filled import Filled
from console.web.site import Site
from flows.composite_services.intake.apply import Way, apply
from flows.composite_services.intake.start import Started
from models.environment.composites import Composite

ORIGIN = "console"


def start(site: Site, person: Person, definition: Composite, filled: Filled) -> Started:
    """Take it in, in the name of the person signed in, at their office.

    Raises:
        NotAccepted: what is wrong with the form, in the applicant's language.
        TerezeError: a code that the register does not have, or a date outside the calendar.
    """
    way = Way(
        person.actor,
        filled.language,
        ORIGIN,
        person.office,
        region_of(person, filled),
        filled.channel or None,
        filled.once,
    )
    data = filled.data(definition.form.fields)
    return apply(site.engine, site.environment, definition.composite, data, way, site.moment)
