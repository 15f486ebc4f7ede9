"""Where they are: at risk and overdue by region, body or service."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal, get_args

from fastapi import APIRouter
from sqlalchemy import text
from starlette.responses import Response

from console.web.access.guard import reading
from console.web.access.rights import Person
from console.web.lists import paged, rows_as_csv, wants_csv
from console.web.navigation import N_
from console.web.pages.delays.parties import bar
from console.web.pages.delays.rows import STATES, rows_sql
from console.web.pages.delays.within import within
from console.web.pages.today.regions import PATIENCE, Names, names
from console.web.site import Here, Site
from flows.quality.figures import COUNTS, Figures, cells

router = APIRouter(prefix="/delays")
By = Literal["region", "body", "service"]
BY: Mapping[By, str] = {"region": N_("Region"), "body": N_("Body"), "service": N_("Service")}
TABLES: Mapping[By, str] = {"region": "regions", "body": "organisations", "service": "services"}
HEADER = ("name", "at_risk", "overdue")
_BOTH = " UNION ALL ".join(
    f"SELECT '{state}' AS state, t.* FROM ({rows_sql(state)}) t" for state in STATES
)
_COUNTED = {
    state: f"count(*) FILTER (WHERE state = '{state}')" if state in STATES else "0"
    for state in COUNTS
}
_COUNT = f"""
    SELECT coalesce(region, '') AS region, service, body, NULL AS month,
        {", ".join(_COUNTED.values())}
    FROM ({_BOTH}) t GROUP BY 1, 2, 3
"""
SELDOM = 60.0
"""Seconds for which they are kept: they change with each check of the delays, not oftener."""


@router.get("/where")
def where(site: Here, person: Annotated[Person, reading("see")]) -> Response:
    """The table, those with the most overdue first."""
    by, region = by_of(site), within(site, person)
    figures, counted_at = counted(site)
    rows = sorted(
        ((str(code), counts) for (code,), counts in figures.by(by, region=region).items()),
        key=lambda row: (-row[1].overdue, -row[1].at_risk, row[0]),
    )
    known: Mapping[str, Names] = names(site, TABLES[by])
    if wants_csv(site.request):
        told = [(code, each.at_risk, each.overdue) for code, each in rows]
        return rows_as_csv((by, *HEADER[1:]), told, f"delays-by-{by}")
    return site.render(
        person,
        "delays/where.html",
        by=by,
        choices=BY,
        region=region,
        list=paged(site.request, rows),
        most=max((each.at_risk + each.overdue for _, each in rows), default=0),
        whole=figures.all(region=region),
        known=known,
        bar=bar,
        counted_at=counted_at,
    )


def by_of(site: Site) -> By:
    """What the address asks to count by; regions where it asks for nothing that there is."""
    asked = site.query("by")
    return next((each for each in get_args(By) if each == asked), "region")


def counted(site: Site) -> tuple[Figures, datetime]:
    """All that is at risk and overdue, counted, and when it was."""
    engine = site.engine

    def count() -> Figures:
        with engine.begin() as connection:
            connection.execute(text(f"SET LOCAL statement_timeout = '{PATIENCE}'"))
            return Figures(cells(connection.execute(text(_COUNT))))

    return site.shared.get("delays", count, SELDOM)
