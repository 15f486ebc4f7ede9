"""Whose time it was: working hours by body, service, region, channel or month."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter
from sqlalchemy import text
from starlette.responses import Response

from console.web.access.guard import reading
from console.web.access.rights import Person
from console.web.language import Speaker
from console.web.lists import paged, rows_as_csv, wants_csv
from console.web.navigation import N_
from console.web.pages.delays.parties import Parties, bar, hours, kind_of, parties
from console.web.pages.delays.within import within
from console.web.pages.today.regions import PATIENCE, names
from console.web.site import Here, Site
from flows.delays.clocks.statistics import BY, By, Part, parts
from models.clocks import SHARES

router = APIRouter(prefix="/delays/clocks")
SELDOM = 300.0
"""Seconds for which sums are kept: every open application is split anew for them."""
PERIODS = {"90": N_("Last 90 days"), "30": N_("Last 30 days"), "365": N_("Last 12 months")}
NAMES: Mapping[By, str] = {
    "body": N_("Who had it"),
    "service": N_("Service"),
    "region": N_("Region"),
    "channel": N_("Channel"),
    "month": N_("Month"),
}
TABLES = {"service": "services", "region": "regions", "channel": "channels"}


@router.get("")
def whose(site: Here, person: Annotated[Person, reading("see")]) -> Response:
    """The table, those with the most time first; months in their order."""
    by: By = next((each for each in BY if each == site.query("by")), "body")
    period = site.query("period") if site.query("period") in PERIODS else "90"
    region = within(site, person)
    rows, counted_at = _parts(site, by, period, region)
    if wants_csv(site.request):
        return _csv(rows, by)
    return site.render(
        person,
        "delays/clocks.html",
        by=by,
        choices=NAMES,
        period=period,
        periods=PERIODS,
        region=region,
        list=paged(site.request, rows),
        most=max((part.whole for part in rows), default=0),
        whole=sum(part.whole for part in rows),
        named=Named(site, site.speaker(person), by, parties(site)),
        shares=SHARES,
        bar=bar,
        hours=hours,
        kind_of=kind_of,
        counted_at=counted_at,
    )


class Named:
    """What a row is called."""

    def __init__(self, site: Site, say: Speaker, by: By, known: Parties) -> None:
        self._say, self._by, self._known = say, by, known
        self._names = names(site, TABLES[by]) if by in TABLES else {}

    def __call__(self, name: str) -> str:
        """By the register, where it has a name for it."""
        if self._by == "body" or name == "unknown":
            return self._known.words(self._say, name)
        if self._by == "month":
            return self._say.day(datetime.fromisoformat(f"{name}-01").date(), "LLLL y")
        return self._say.name(self._names.get(name), name)


def _parts(site: Site, by: By, period: str, region: str | None) -> tuple[list[Part], datetime]:
    engine, environment = site.engine, site.environment

    def count() -> list[Part]:
        moment = datetime.now(UTC)
        with engine.begin() as connection:  # it counts in temporary tables
            connection.execute(text(f"SET LOCAL statement_timeout = '{PATIENCE}'"))
            since = moment - timedelta(days=int(period))
            found = parts(connection, environment, by, moment, since, region)
        return sorted(found, key=lambda part: part.name) if by == "month" else found

    return site.shared.get(("clocks", by, period, region), count, SELDOM)


def _csv(rows: list[Part], by: By) -> Response:
    header = ("name", "applications", "seconds", *SHARES)
    told = [
        (part.name, part.applications, part.whole, *(part.shares[name] for name in SHARES))
        for part in rows
    ]
    return rows_as_csv(header, told, f"clocks-by-{by}")
