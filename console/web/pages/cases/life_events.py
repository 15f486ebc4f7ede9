"""Births and the like that could not start by themselves: the office asks, and starts them."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter
from sqlalchemy import text
from starlette.responses import Response

from console.web.access.guard import Form, Sent, doing, reading
from console.web.access.rights import Person
from console.web.pages.apply.filled import PREFIX, Filled, typed
from console.web.pages.apply.form import LONG
from console.web.pages.cases.offices import offices
from console.web.site import Here, Site, goes_to, none_of
from flows.composite_services.form.check import FieldProblem
from flows.composite_services.intake.start import NotAccepted
from flows.composite_services.proactive.held import Named, set_aside, start_held
from flows.composite_services.proactive.reading import by_event
from flows.composite_services.proactive.waiting import EVENTS, shown, values_of
from models.environment.composite_forms import FormField
from models.environment.composites import Composite
from models.errors import TerezeError

router = APIRouter(prefix="/cases/life-event")
Row = Mapping[str, Any]


@router.get("")
def one(site: Here, person: Annotated[Person, reading("people")]) -> Response:
    """One event: what it would start, by when, and why it has not."""
    return _page(site, person)


@router.post("")
def act(site: Here, given: Form, person: Annotated[Person, doing("people")]) -> Response:
    """Open its record (`record`): what the body told, whom to call, what is missing."""
    basis = given.get("basis")
    if not basis:
        return _page(site, person, 422, no_basis=True)
    if _row(site) is None:
        return _page(site, person, 409)
    with site.writing() as connection:
        file = shown(
            connection,
            site.environment,
            _named(site),
            actor=person.actor,
            basis=basis,
            moment=site.moment,
            unmasked=given.get("unmasked") == "yes",
        )
    lacking = [each["field"] for each in file["problems"]]
    return _page(site, person, file=file, fields=lacking)


@router.post("/start")
def start(site: Here, given: Form, person: Annotated[Person, doing("apply")]) -> Response:
    """Start its application with what the person said; what is still wrong is told."""
    row = _row(site)
    if row is None:
        return _page(site, person, 409, given=given)
    composite = _composite(site, row)
    answers = typed(Filled.of(given).texts, composite.form.fields)
    try:
        with site.writing() as connection:
            begun = start_held(
                connection,
                site.environment,
                _named(site),
                answers=answers,
                actor=person.actor,
                moment=site.moment,
                office=person.office,
                region=person.bound_to,
            )
    except NotAccepted as error:
        return _page(site, person, 422, given=given, problems=error.problems)
    except TerezeError as error:
        return _page(site, person, 422, given=given, error=error)
    return goes_to(f"/applications/{begun.number}?told={'again' if begun.again else 'new'}")


@router.post("/set-aside")
def aside(site: Here, given: Form, person: Annotated[Person, doing("apply")]) -> Response:
    """Nothing is to be started for it, with the reason."""
    if _row(site) is None:
        return _page(site, person, 409, given=given)
    try:
        with site.writing() as connection:
            set_aside(
                connection,
                site.environment,
                _named(site),
                resolution=given.get("resolution"),
                actor=person.actor,
                moment=site.moment,
            )
    except TerezeError as error:
        return _page(site, person, 422, given=given, error=error)
    return goes_to("/cases")


def _named(site: Site) -> Named:
    return Named(site.query("system"), site.query("event"))


def _row(site: Site) -> Row | None:
    """The event as it is listed; None where it waits no longer, or never did."""
    query = f"{EVENTS} AND e.system = :system AND e.event = :event"
    values = {**values_of(site.environment, site.moment), **vars(_named(site))}
    with site.reading() as connection:
        found = connection.execute(text(query), values).mappings().one_or_none()
    return None if found is None else dict(found)


def _composite(site: Site, row: Row) -> Composite:
    return by_event(site.environment)[row["kind"]]


def _page(
    site: Site,
    person: Person,
    status: int = 200,
    *,
    file: dict[str, Any] | None = None,
    fields: Sequence[str] = (),
    given: Sent | None = None,
    problems: Sequence[FieldProblem] = (),
    error: TerezeError | None = None,
    no_basis: bool = False,
) -> Response:
    row, sent = _row(site), given or Sent()
    if row is None and status == 200:
        raise none_of("life event")
    composite, texts = None if row is None else _composite(site, row), Filled.of(sent).texts
    asked = {*fields, *texts, *(each.field for each in problems)}
    return site.render(
        person,
        "cases/life_event.html",
        status,
        row=row,
        name=_named(site),
        file=file,
        composite=composite,
        labels={each.name: each.labels for each in composite.form.fields} if composite else {},
        fields=_askable(composite, asked) if composite else [],
        texts=texts,
        problems=problems,
        problem_of={each.field: each.sentence for each in reversed(problems)},
        error=error,
        no_basis=no_basis,
        resolution=sent.get("resolution"),
        prefix=PREFIX,
        long=LONG,
        office=site.environment.settings.composite_services.office,
        offices=offices(site),
    )


def _askable(composite: Composite, asked: set[str]) -> list[FormField]:
    """The fields that are missing or wrong; all of the form where nothing says which."""
    fields = [each for each in composite.form.fields if each.known is None]
    return [each for each in fields if each.name in asked] or fields
