"""The scorecard: each body in a month, and one body over the months; to print and to send."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from sqlalchemy import text
from starlette.responses import Response

from console.web.access.guard import reading
from console.web.access.rights import Person
from console.web.lists import rows_as_csv, wants_csv
from console.web.pages.today.regions import PATIENCE, names
from console.web.site import Here, Site, none_of
from flows.quality.figures import COUNTS, Counts, Figures, months

router = APIRouter(prefix="/quality")
MONTHS = 13
"""This month and the twelve before it."""
SHOWN = tuple(name for name in COUNTS if name not in ("at_risk", "open"))
HEADER = ("month", "body", *SHOWN)


@router.get("/scorecard")
def bodies(site: Here, person: Annotated[Person, reading("see")]) -> Response:
    """Every body in one month, with its terms kept in the month before."""
    known = last_months(site.moment, site.environment.settings.timezone)
    month = _month(site.query("month"), known)
    figures = _figures(site, known[-1])
    before = figures.by("body", month=_before(month), region=person.bound_to)
    rows = [
        (str(body), counts, before.get((body,), Counts()))
        for (body,), counts in sorted(
            figures.by("body", month=month, region=person.bound_to).items(),
            key=lambda each: (-each[1].received, str(each[0][0])),
        )
    ]
    if wants_csv(site.request):
        return _csv([(month, body, counts) for body, counts, _ in rows])
    return site.render(
        person,
        "quality/scorecard.html",
        month=month,
        months=known,
        rows=rows,
        bodies=names(site, "organisations"),
        whole=figures.all(month=month, region=person.bound_to),
    )


@router.get("/scorecard/{body}")
def one(site: Here, body: str, person: Annotated[Person, reading("see")]) -> Response:
    """One body, month by month."""
    known = last_months(site.moment, site.environment.settings.timezone)
    bodies = names(site, "organisations")
    found = _figures(site, known[-1]).by("month", body=body, region=person.bound_to)
    if body not in bodies and not found:
        raise none_of(body)
    rows = [(month, found.get((month,), Counts())) for month in reversed(known)]
    if wants_csv(site.request):
        return _csv([(month, body, counts) for month, counts in rows])
    return site.render(person, "quality/body.html", body=body, bodies=bodies, rows=rows)


def last_months(moment: datetime, zone: str) -> list[date]:
    """The first days of the months, this one first."""
    local = moment.astimezone(ZoneInfo(zone))
    count = local.year * 12 + local.month - 1
    return [date((count - n) // 12, (count - n) % 12 + 1, 1) for n in range(MONTHS)]


def _month(asked: str, known: Sequence[date]) -> date:
    """The month that the address names, such as 2026-10; this one where it names none of them."""
    return next((month for month in known if f"{month:%Y-%m}" == asked), known[0])


def _before(month: date) -> date:
    count = month.year * 12 + month.month - 2
    return date(count // 12, count % 12 + 1, 1)


def _figures(site: Site, first: date) -> Figures:
    engine, zone = site.engine, site.environment.settings.timezone
    since = datetime(first.year, first.month, 1, tzinfo=ZoneInfo(zone))

    def count() -> Figures:
        with engine.begin() as connection:
            connection.execute(text(f"SET LOCAL statement_timeout = '{PATIENCE}'"))
            connection.execute(text("SET TRANSACTION READ ONLY"))
            return months(connection, since, datetime.now(UTC), zone)

    return site.shared.get(("months", first), count, 60.0)[0]


def _csv(rows: Sequence[tuple[date, str, Counts]]) -> Response:
    told = [
        (f"{month:%Y-%m}", body, *(getattr(counts, name) for name in SHOWN))
        for month, body, counts in rows
    ]
    return rows_as_csv(HEADER, told, "scorecard")
