"""Standards that do not fit: terms that nearly all beat by far, or that half of all miss."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter
from sqlalchemy import text
from starlette.responses import Response

from console.web.access.guard import reading
from console.web.access.rights import Person
from console.web.lists import paged, rows_as_csv, wants_csv
from console.web.pages.delays.parties import hours
from console.web.pages.delays.within import within
from console.web.pages.today.regions import PATIENCE, names
from console.web.site import Here, Site
from flows.delays.fit import FEWEST, Proposal, proposals

router = APIRouter(prefix="/delays/standards")
PERIOD = timedelta(days=365)
SELDOM = 600.0
"""Seconds for which proposals are kept: they read every application of a year."""
HEADER = ("service", "term", "unit", "verdict", "cases", "quick", "late", "hours", "median",
          "allowed")  # fmt: skip


@router.get("")
def that_do_not_fit(site: Here, person: Annotated[Person, reading("see")]) -> Response:
    """The proposals, those with the most cases first."""
    region = within(site, person)
    found, counted_at = _proposals(site, region)
    if wants_csv(site.request):
        told = [[_cell(getattr(each, name)) for name in HEADER] for each in found]
        return rows_as_csv(HEADER, told, "standards")
    return site.render(
        person,
        "delays/standards.html",
        list=paged(site.request, found),
        services=names(site, "services"),
        fewest=FEWEST,
        hours=hours,
        counted_at=counted_at,
    )


def _cell(value: object) -> object:
    return f"{value:.3f}" if isinstance(value, float) else value


def _proposals(site: Site, region: str | None) -> tuple[list[Proposal], datetime]:
    engine, environment = site.engine, site.environment

    def count() -> list[Proposal]:
        moment = datetime.now(UTC)
        with engine.begin() as connection:
            connection.execute(text(f"SET LOCAL statement_timeout = '{PATIENCE}'"))
            since = moment - PERIOD
            return proposals(connection, environment, since, moment, region=region)

    return site.shared.get(("standards", region), count, SELDOM)
