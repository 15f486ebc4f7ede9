"""The list of sources."""

from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from console.web.access.guard import reading
from console.web.access.rights import Person
from console.web.lists import paged, rows_as_csv, wants_csv
from console.web.pages.sources.standing import SourceStanding, standing
from console.web.site import Here

router = APIRouter(prefix="/sources")
_COLUMNS = ("source", "system", "freshness", "pulled_at", "newest_at", "last_pull", "reason",
            "rows", "held", "contract", "drift")  # fmt: skip


@router.get("")
def all_of_them(site: Here, person: Annotated[Person, reading("see")]) -> Response:
    """Every source; first those that need somebody, if only those are asked for."""
    whole, counted_at = standing(site)
    show = "attention" if site.query("show") == "attention" else "all"
    found = [each for each in whole.sources if show == "all" or each.needs_somebody]
    if wants_csv(site.request):
        return rows_as_csv(_COLUMNS, [_row(each) for each in found], "sources")
    return site.render(
        person,
        "sources/list.html",
        list=paged(site.request, found),
        show=show,
        waiting=sum(each.needs_somebody for each in whole.sources),
        left_over=whole.left_over,
        counted_at=counted_at,
    )


def _row(each: SourceStanding) -> tuple[object, ...]:
    fresh, last = each.freshness, each.last
    return (each.name, each.declared.system, each.fresh, fresh.pulled_at, fresh.newest_at,
            last.state, last.reason, last.read, each.held, each.contract,
            "; ".join(each.drift))  # fmt: skip
