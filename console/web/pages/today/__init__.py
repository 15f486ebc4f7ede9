"""Today: how the state serves its people, on one page; each number leads to its list."""

from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from console.web.access.guard import reading
from console.web.access.rights import Person
from console.web.pages.today.firing import firing
from console.web.pages.today.periods import PERIODS, asked
from console.web.pages.today.regions import BANDS, figures_of, regions, tiles
from console.web.pages.today.systems import not_looked_at, systems
from console.web.site import Here

router = APIRouter()


@router.get("/")
def today(site: Here, person: Annotated[Person, reading("see")]) -> Response:
    """The page."""
    period = asked(site)
    figures, counted_at = figures_of(site, period)
    alerts, _ = firing(site, person.bound_to)
    states, _ = systems(site)
    return site.render(
        person,
        "today.html",
        period=period,
        periods=PERIODS,
        whole=figures.all(region=person.bound_to),
        counted_at=counted_at,
        map=tiles(figures, regions(site), site.environment.console.map, person.bound_to),
        bands=BANDS,
        alerts=alerts,
        systems=states,
        unseen=not_looked_at(states),
    )
