"""Services beside each other."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from console.web.access.guard import reading
from console.web.access.rights import Person
from console.web.lists import paged, rows_as_csv, wants_csv
from console.web.navigation import N_
from console.web.pages.today.periods import PERIODS, asked
from console.web.pages.today.regions import figures_of, names
from console.web.site import Here, Site
from flows.quality.figures import COUNTS, Counts

router = APIRouter(prefix="/quality")
Row = tuple[str, Counts]
ORDERS: dict[str, tuple[str, Callable[[Row], tuple[float, str]]]] = {
    "uses": (N_("Most applications"), lambda row: (-row[1].received, row[0])),
    "take_up": (N_("Lowest take-up"), lambda row: (_or_last(row[1].take_up), row[0])),
    "kept": (N_("Fewest terms kept"), lambda row: (_or_last(row[1].kept), row[0])),
}


def _or_last(share: float | None) -> float:
    return 2.0 if share is None else share


@router.get("/services")
def by_service(site: Here, person: Annotated[Person, reading("see")]) -> Response:
    """All services, in the order that was asked for."""
    period, order = asked(site), site.query("order")
    order = order if order in ORDERS else "uses"
    rows = _rows(site, period, order, person.bound_to)
    services = names(site, "services")
    if wants_csv(site.request):
        told = [(code, site.speaker(person).name(services.get(code), code),
                 *(getattr(counts, name) for name in COUNTS)) for code, counts in rows]  # fmt: skip
        return rows_as_csv(("service", "name", *COUNTS), told, "quality-services")
    return site.render(
        person,
        "quality/services.html",
        period=period,
        periods=PERIODS,
        order=order,
        orders=[(code, words) for code, (words, _) in ORDERS.items()],
        list=paged(site.request, rows),
        services=services,
    )


def _rows(site: Site, period: str, order: str, region: str | None) -> list[Row]:
    figures, _ = figures_of(site, period)

    def sort() -> list[Row]:
        found = figures.by("service", region=region)
        return sorted(((str(code), each) for (code,), each in found.items()), key=ORDERS[order][1])

    return site.shared.get(("services", period, order, region), sort)[0]
