"""One case: what is missing, what to do, and what somebody says about it."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, get_args

from fastapi import APIRouter
from starlette.responses import Response

from console.web.access.guard import Form, Sent, doing, reading
from console.web.access.rights import Person
from console.web.pages.apply.choices import spoken
from console.web.pages.apply.filled import PREFIX, typed
from console.web.pages.apply.form import LONG
from console.web.pages.cases.found import found
from console.web.pages.cases.offices import offices
from console.web.site import Here, Site, goes_to
from flows.composite_services.assistance.cases import How, resolve
from flows.composite_services.assistance.stated import REFUSAL
from flows.composite_services.form.check import FieldProblem, check
from flows.composite_services.intake.start import NotAccepted
from models.environment.composite_forms import FormField
from models.errors import TerezeError
from models.masking import Masker

router = APIRouter(prefix="/cases")


@router.get("/{case}")
def one(site: Here, case: int, person: Annotated[Person, reading("people")]) -> Response:
    """The case, with the form to settle it."""
    return case_page(site, person, case)


@router.post("/{case}")
def settle(
    site: Here, case: int, given: Form, person: Annotated[Person, doing("apply")]
) -> Response:
    """Say what was done; who comes second sees what happened, and keeps what they wrote."""
    how = given.get("how")
    language = spoken(site, site.speaker(person))
    try:
        with site.writing() as connection:
            known = found(connection, person, case, language)
            answers = _answers(given, how, known.fields)
            if known.open and how == "done" and known.fields:
                _must_fit(site, known.fields, answers, language)
            resolve(
                connection,
                site.environment,
                case,
                how=_chosen(how),
                resolution=given.get("resolution"),
                answers=answers,
                actor=person.actor,
                moment=site.moment,
            )
    except NotAccepted as error:
        return case_page(site, person, case, given=given, problems=error.problems)
    except TerezeError as error:
        return case_page(site, person, case, given=given, error=error)
    return goes_to(f"/cases/{case}")


def _must_fit(site: Site, fields: list[FormField], answers: dict[str, Any], language: str) -> None:
    """The engine's own check, whose words are here in the reader's language and by the field.

    Raises:
        NotAccepted: what is missing or wrong.
    """
    checked = check(fields, answers, site.environment.settings, language, site.moment)
    if checked.problems:
        raise NotAccepted("case", checked.problems)


def _chosen(how: str) -> How:
    """What was said.

    Raises:
        TerezeError: nothing was chosen, or what cannot be said of any case.
    """
    for known in get_args(How):
        if known == how:
            return known  # type: ignore[no-any-return]  # get_args knows no types
    raise TerezeError("Settling a case", "nothing is chosen", "Choose what follows")


def _answers(given: Sent, how: str, fields: list[FormField]) -> dict[str, Any]:
    """What belongs to what was chosen; what was typed besides it goes along, to be told of."""
    results = typed(_texts(given), fields)
    refusal = {name: given.get(name) for name in REFUSAL if given.get(name)}
    if how == "done":
        return results
    return refusal if how == "refused" else {**results, **refusal}


def _texts(given: Sent) -> dict[str, str]:
    return {
        name.removeprefix(PREFIX): text
        for name, text in given.as_dict().items()
        if name.startswith(PREFIX)
    }


def case_page(
    site: Site,
    person: Person,
    case: int,
    *,
    given: Sent | None = None,
    error: TerezeError | None = None,
    problems: Sequence[FieldProblem] = (),
    no_basis: bool = False,
) -> Response:
    """The page, with what was typed and what stands in the way.

    Status 409 where somebody has settled it meanwhile, 422 for what is wrong.
    """
    sent = given or Sent()
    with site.reading() as connection:
        known = found(connection, person, case, spoken(site, site.speaker(person)))
    wrong = error is not None or problems or no_basis
    status = 200 if not wrong else 422 if known.open or no_basis else 409
    masker = Masker(site.environment.settings.identifiers)
    return site.render(
        person,
        "cases/one.html",
        status,
        case=known,
        row=_masked(known.row, masker, known.number),
        offices=offices(site),
        error=error,
        problems=problems,
        problem_of={each.field: each.sentence for each in reversed(problems)},
        no_basis=no_basis,
        how=sent.get("how"),
        resolution=sent.get("resolution"),
        texts=_texts(sent),
        refusal={name: sent.get(name) for name in REFUSAL},
        prefix=PREFIX,
        long=LONG,
    )


def _masked(row: Mapping[str, Any], masker: Masker, number: str) -> dict[str, Any]:
    """The row with identifiers of persons masked in what people wrote."""
    words = {name: row[name] for name in ("missing", "todo", "resolution") if row[name]}
    return {**row, **{name: masker.mask(text, {number}) for name, text in words.items()}}
