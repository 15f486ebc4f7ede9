"""Start: once, however often the button is pressed; then the worker carries it."""

from starlette.background import BackgroundTask

from console.web.access.rights import Person
from console.web.pages.apply.choices import region_of
from console.web.pages.apply.filled import Filled
from console.web.site import Site
from deployments.jobs import reference
from flows.composite_services.background import delay
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


def handed_over(site: Site, number: str) -> BackgroundTask:
    """After the answer: a worker is woken by the start itself; Prefect shows it as a run, too."""
    return BackgroundTask(delay, reference(site.environment.folder), number)
