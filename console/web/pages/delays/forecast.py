"""What will be late unless more is done: groups, their likeliest cases, why each is likely."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter
from sqlalchemy import Connection, Row, text
from starlette.responses import Response

from console.web.access.guard import NotAllowed, reading
from console.web.access.rights import Person
from console.web.lists import paged, rows_as_csv, wants_csv
from console.web.pages.delays.parties import parties
from console.web.pages.delays.within import within
from console.web.pages.today.regions import names
from console.web.site import Here, Site, none_of
from flows.delays.forecast.ahead import NAME
from flows.delays.forecast.listing import Ahead, Likely, ahead, likeliest
from flows.delays.forecast.why import Why, why
from models.alerts import GOES_ON
from models.errors import ConfigurationError

router = APIRouter(prefix="/delays/forecast")
SELDOM = 60.0
"""Seconds for which what the forecast says is kept: it is made with each check, not oftener."""
MOST = 200
"""Of a group so many of the likeliest are shown."""
HEADER = ("body", "service", "open", "forecast", "expected", "too_few", "stopped", "not_scored")
CASES = ("system", "number", "region", "chance", "decided", "late", "due_at")
# Told of the whole country, so only to those who see it.
_WARNED = f"""
    SELECT labels ->> 'organisation' AS body, labels ->> 'service' AS service,
        annotations ->> 'expected' AS expected, annotations ->> 'due' AS due,
        CAST(annotations ->> 'horizon' AS timestamptz) AS horizon
    FROM alerts WHERE name = :name AND state {GOES_ON}
    ORDER BY CAST(annotations ->> 'expected' AS numeric) DESC, fingerprint LIMIT 20
"""


@router.get("")
def groups(site: Here, person: Annotated[Person, reading("see")]) -> Response:
    """Bodies' services, those with the most expected to be late first."""
    region = within(site, person)
    found = _ahead(site, region)
    if wants_csv(site.request):
        told = [[getattr(each, name) for name in HEADER] for each in found]
        return rows_as_csv(HEADER, told, "forecast")
    return site.render(
        person,
        "delays/forecast.html",
        list=paged(site.request, found),
        warned=[] if region else _warned(site),
        open=sum(each.open for each in found),
        expected=sum(each.expected for each in found),
        oldest=min((each.oldest for each in found if each.oldest), default=None),
        region=region,
        **_names(site),
    )


@router.get("/group")
def group(site: Here, person: Annotated[Person, reading("see")]) -> Response:
    """One body's service: its likeliest cases, each with the cases that its chance rests on."""
    body, service, region = site.query("body"), site.query("service"), within(site, person)
    found = [each for each in _ahead(site, region) if (each.body, each.service) == (body, service)]
    if not found:
        raise none_of("nothing of this group is open")
    cases = _likeliest(site, service, body, region)
    if wants_csv(site.request):
        told = [[getattr(each, name) for name in CASES] for each in cases]
        return rows_as_csv(CASES, told, "forecast-group")
    return site.render(
        person,
        "delays/group.html",
        group=found[0],
        list=paged(site.request, cases),
        regions=names(site, "regions"),
        **_names(site),
    )


@router.get("/why")
def one(site: Here, person: Annotated[Person, reading("see")]) -> Response:
    """One application's chance in words, and the cases of its kind that were decided last."""
    number = site.query("number")
    found = _why(site, number)
    theirs = [each for each in found if person.bound_to in (None, each.region)]
    if not theirs:
        raise NotAllowed(person, f"forecast/{number}")
    return site.render(
        person,
        "delays/why.html",
        number=number,
        found=theirs,
        seen=_seen(site, person.bound_to, theirs),
        **_names(site),
    )


def _names(site: Site) -> dict[str, Any]:
    return {"names": parties(site), "services": names(site, "services")}


def _ahead(site: Site, region: str | None) -> list[Ahead]:
    engine = site.engine

    def count() -> list[Ahead]:
        with engine.begin() as connection:
            return ahead(connection, region=region)

    return site.shared.get(("ahead", region), count, SELDOM)[0]


def _warned(site: Site) -> Sequence[Row[Any]]:
    with site.reading() as connection:
        return connection.execute(text(_WARNED), {"name": NAME}).all()


def _likeliest(site: Site, service: str, body: str, region: str | None) -> list[Likely]:
    engine = site.engine

    def find() -> list[Likely]:
        with engine.begin() as connection:
            return likeliest(connection, MOST, service, body, region)

    return site.shared.get(("likeliest", service, body, region), find, SELDOM)[0]


def _why(site: Site, number: str) -> list[Why]:
    engine, environment = site.engine, site.environment

    def find() -> list[Why]:
        with engine.begin() as connection:
            return why(connection, environment, number)

    try:
        return site.shared.get(("why", number), find, SELDOM)[0]
    except ConfigurationError as error:
        raise none_of(error.found) from error


def _seen(site: Site, region: str | None, found: Sequence[Why]) -> set[str]:
    """Which of the cases beside it may be named: those of the region, where one is bound to it."""
    numbers = [number for each in found for number, _ in each.nearest]
    if region is None:
        return set(numbers)
    with site.reading() as connection:
        return _of_region(connection, numbers, region)


def _of_region(connection: Connection, numbers: Sequence[str], region: str) -> set[str]:
    """A number that another region uses, too, is not among them."""
    query = """
        SELECT number FROM applications WHERE number = ANY(:numbers)
        GROUP BY number HAVING bool_and(region IS NOT DISTINCT FROM :region)
    """
    rows = connection.execute(text(query), {"numbers": list(numbers), "region": region})
    return set(rows.scalars())
