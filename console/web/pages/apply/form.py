"""The form of a composite service, made from its definition."""

from collections.abc import Sequence

from starlette.responses import Response

from console.web.access.rights import Person
from console.web.pages.apply.choices import channels, languages, spoken
from console.web.pages.apply.filled import PREFIX, Filled, asked, deciding
from console.web.pages.today.regions import regions
from console.web.site import Site, none_of
from flows.composite_services.form.check import Checked, FieldProblem
from flows.composite_services.intake.start import read_form
from models.environment.composites import Composite
from models.errors import TerezeError

LONG = 200
"""Letters from which a text is written on several lines."""
MISSING = "form_missing"


def definition_of(site: Site, composite: str) -> Composite:
    """The definition.

    Raises:
        HTTPException: 404, there is none of this name.
    """
    found = site.environment.composites.get(composite)
    if found is None:
        raise none_of(f"composite {composite}")
    return found


def checked(site: Site, person: Person, definition: Composite, filled: Filled) -> Checked:
    """The values that are right, and what is wrong with the others, in the reader's language.

    Raises:
        ConfigurationError: a condition of the definition cannot be worked out.
    """
    data = filled.data(definition.form.fields)
    language = spoken(site, site.speaker(person))
    return read_form(site.environment, definition, data, language, site.moment)


def form_page(
    site: Site,
    person: Person,
    definition: Composite,
    filled: Filled,
    *,
    problems: Sequence[FieldProblem] = (),
    error: TerezeError | None = None,
    elsewhere: str | None = None,
) -> Response:
    """The form with what was typed, and what stands in the way.

    Where all that is missing is what nobody was asked for yet, more is asked and nothing is wrong.
    """
    found = checked(site, person, definition, filled) if error is None else Checked()
    fields = asked(definition.form.fields, found.values, filled.texts)
    further = bool(problems) and all(
        each.code == MISSING and each.field not in filled.seen for each in problems
    )
    wrong = problems and not further
    say = site.speaker(person)
    return site.render(
        person,
        "apply/form.html",
        422 if wrong or error else 409 if elsewhere else 200,
        definition=definition,
        fields=fields,
        filled=filled,
        prefix=PREFIX,
        long=LONG,
        deciding=deciding(definition.form.fields),
        problems=problems if wrong else (),
        problem_of={each.field: each.sentence for each in reversed(problems if wrong else ())},
        shown={each.name for each in fields},
        further=further,
        error=error,
        elsewhere=elsewhere,
        channels=[(code, say.name(row.names, code)) for code, row in channels(site).items()],
        regions=[
            (code, say.name(names, code))
            for code, names in (regions(site) if person.region is None else {}).items()
        ],
        spoken=languages(site),
    )
