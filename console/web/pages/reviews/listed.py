"""The work list: reviews by state, term, cause, region and department; those due first."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter
from sqlalchemy import text
from starlette.responses import Response

from console.web.access.guard import reading
from console.web.access.rights import Person
from console.web.lists import as_csv, listed, wants_csv
from console.web.navigation import N_
from console.web.pages.delays.parties import parties
from console.web.pages.delays.within import within
from console.web.pages.today.regions import names
from console.web.site import Here, Site
from flows.delays.reviews.listing import LIST, Wanted
from models.reviews import OPEN, STATES

router = APIRouter(prefix="/reviews")
SOON = timedelta(days=2)
TERMS = {"over": N_("Past their own term"), "soon": N_("Due within two days")}
_WORK = """
    SELECT count(*) AS open, count(*) FILTER (WHERE due_at < :moment) AS overdue,
        count(*) FILTER (WHERE state = 'disputed') AS disputed
    FROM reviews
    WHERE state = ANY(:open) AND (CAST(:region AS text) IS NULL OR region = :region)
"""


@router.get("")
def work_list(site: Here, person: Annotated[Person, reading("see")]) -> Response:
    """The list."""
    asked = {name: site.query(name) for name in ("cause", "department", "term", "mine")}
    state, region = site.query("state", "open"), within(site, person)
    values = _wanted(site, person, state, region, asked).values(site.moment)
    if wants_csv(site.request):
        return as_csv(site.engine, LIST, values, "reviews")
    with site.reading() as connection:
        page = listed(site.request, connection, LIST, values)
    speaker, regions = site.speaker(person), names(site, "regions")
    departments = site.environment.settings.delays.review.departments
    return site.render(
        person,
        "reviews/list.html",
        list=page,
        work=_work(site, region),
        state=state,
        region=region,
        asked=asked,
        terms=TERMS,
        regions=regions,
        choices=[(code, speaker.name(each, code)) for code, each in regions.items()],
        departments=[(each, each) for each in sorted(set(departments.values()))],
        names=parties(site),
    )


def _wanted(
    site: Site, person: Person, state: str, region: str | None, asked: dict[str, str]
) -> Wanted:
    over, soon = asked["term"] == "over", asked["term"] == "soon"
    states: tuple[str, ...] = {"open": OPEN, "all": STATES}.get(state, (state,))
    if over or soon:
        states = tuple(each for each in states if each in OPEN)
    return Wanted(
        states=states,
        cause=asked["cause"] or None,
        department=asked["department"] or None,
        region=region,
        actor=person.actor if asked["mine"] else None,
        due_after=site.moment if soon else None,
        due_before=site.moment + SOON if soon else site.moment if over else None,
    )


def _work(site: Site, region: str | None) -> Any:
    """How many there are to close, past their own term, and disputed."""
    engine = site.engine

    def count() -> Any:
        values = {"open": list(OPEN), "region": region, "moment": datetime.now(UTC)}
        with engine.begin() as connection:
            return connection.execute(text(_WORK), values).one()

    return site.shared.get(("reviews", region), count)[0]
