"""What is at risk and what is overdue, one by one; those whose term ended first at the top."""

from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from console.web.access.guard import reading
from console.web.access.rights import Person
from console.web.lists import as_csv, listed, wants_csv
from console.web.pages.delays.parties import parties
from console.web.pages.delays.rows import STATES, Asked
from console.web.pages.delays.where import counted
from console.web.pages.delays.within import within
from console.web.pages.today.regions import names
from console.web.site import Here, Site

router = APIRouter(prefix="/delays")


@router.get("")
def late(site: Here, person: Annotated[Person, reading("see")]) -> Response:
    """The list."""
    asked = _asked(site, person)
    if wants_csv(site.request):
        return as_csv(site.engine, asked.sql, asked.values(), f"delays-{asked.state}")
    with site.reading() as connection:
        page = listed(site.request, connection, asked.sql, asked.values())
    figures, counted_at = counted(site)
    counts = figures.all(region=asked.region, service=asked.service, body=asked.body)
    say, regions = site.speaker(person), names(site, "regions")
    return site.render(
        person,
        "delays/list.html",
        list=page,
        asked=asked,
        counts=counts,
        counted_at=counted_at,
        regions=regions,
        of_regions=[(code, say.name(each, code)) for code, each in regions.items()],
        services=names(site, "services"),
        names=(known := parties(site)),
        of_bodies=[(code, say.name(each, code)) for code, each in known.bodies.items()],
    )


def _asked(site: Site, person: Person) -> Asked:
    state = site.query("state")
    return Asked(
        state=next((each for each in STATES if each == state), STATES[0]),
        region=within(site, person),
        service=site.query("service") or None,
        body=site.query("body") or None,
    )
