"""Regions beside each other: digital take-up and terms kept, of all services or of one."""

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.responses import Response

from console.web.access.guard import reading
from console.web.access.rights import Person
from console.web.lists import rows_as_csv, wants_csv
from console.web.pages.today.periods import PERIODS, asked
from console.web.pages.today.regions import figures_of, names
from console.web.site import Here, Site, none_of
from flows.quality.figures import COUNTS, Counts, Figures
from flows.quality.gaps import gaps
from flows.quality.take_up import Volume, digital_take_up, without_digital

router = APIRouter(prefix="/quality")
HEADER = ("region", "name", *COUNTS, "take_up", "kept")
MOST = 10
"""Gaps, and services without digital use, that are shown."""
NOTHING: dict[str, Any] = {"gaps": [], "without": []}


@router.get("")
def by_region(site: Here, person: Annotated[Person, reading("see")]) -> Response:
    """The regions, those with the highest take-up first; with the country's own as a measure."""
    period, service = asked(site), site.query("service") or None
    services, regions = names(site, "services"), names(site, "regions")
    if service is not None and service not in services:
        raise none_of(service)
    figures, counted_at = figures_of(site, period)
    rows = _rows(figures, service, person.bound_to)
    if wants_csv(site.request):
        told = [(code, site.speaker(person).name(regions.get(code), code), *_numbers(counts))
                for code, counts in rows]  # fmt: skip
        return rows_as_csv(HEADER, told, "quality-regions")
    whole = figures.all(service=service, region=person.bound_to)
    return site.render(
        person,
        "quality/regions.html",
        period=period,
        periods=PERIODS,
        service=service,
        services=services,
        regions=regions,
        rows=rows,
        whole=whole,
        take_up=digital_take_up(counts for _, counts in rows),
        **(_worst(site, figures, period, person.bound_to) if service is None else NOTHING),
        counted_at=counted_at,
    )


def _rows(figures: Figures, service: str | None, bound_to: str | None) -> list[tuple[str, Counts]]:
    found = figures.by("region", service=service, region=bound_to)
    return sorted(
        ((str(code), counts) for (code,), counts in found.items()),
        key=lambda row: (-(row[1].take_up if row[1].take_up is not None else -1), row[0]),
    )


def _numbers(counts: Counts) -> list[object]:
    shares = [counts.take_up, counts.kept]
    return [*(getattr(counts, name) for name in COUNTS),
            *(None if share is None else f"{share:.4f}" for share in shares)]  # fmt: skip


def _worst(site: Site, figures: Figures, period: str, bound_to: str | None) -> dict[str, Any]:
    """The widest gaps (of all regions only), and the largest services without digital use."""

    def find() -> dict[str, Any]:
        wide = gaps(figures)[:MOST] if bound_to is None else []
        return {"gaps": wide, "without": _without(figures, bound_to)}

    return site.shared.get(("worst", period, bound_to), find)[0]


def _without(figures: Figures, bound_to: str | None) -> list[Volume]:
    found = figures.by("service", region=bound_to)
    volumes = [
        Volume(str(service), counts.uses, counts.digital) for (service,), counts in found.items()
    ]
    return list(without_digital(volumes, MOST))
