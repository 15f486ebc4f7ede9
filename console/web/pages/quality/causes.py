"""Why terms were missed, as the reviews found."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter
from starlette.responses import Response

from console.web.access.guard import reading
from console.web.access.rights import Person
from console.web.lists import rows_as_csv, wants_csv
from console.web.pages.today.periods import PERIODS, asked, since
from console.web.site import Here, Site
from flows.delays.reviews.listing import statistics

router = APIRouter(prefix="/quality")
COLUMNS = ("cases", "reviews", "open", "disputed", "overdue", "closed", "restored", "otherwise")


@router.get("/causes")
def by_cause(site: Here, person: Annotated[Person, reading("see")]) -> Response:
    """The causes, those with the most cases first."""
    period = asked(site)
    rows = _causes(site, period, person.bound_to)
    if wants_csv(site.request):
        told = [[row["cause"], *(row[name] for name in COLUMNS)] for row in rows]
        return rows_as_csv(("cause", *COLUMNS), told, "quality-causes")
    return site.render(
        person,
        "quality/causes.html",
        period=period,
        periods=PERIODS,
        rows=rows,
        cases=sum(row["cases"] for row in rows),
    )


def _causes(site: Site, period: str, region: str | None) -> list[dict[str, Any]]:
    engine = site.engine

    def count() -> list[dict[str, Any]]:
        moment = datetime.now(UTC)
        with engine.begin() as connection:
            return statistics(connection, moment, since=since(period, moment), region=region)

    return site.shared.get(("causes", period, region), count)[0]
