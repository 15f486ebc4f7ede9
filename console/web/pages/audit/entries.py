"""The trail: its entries, filtered, and each at an address of its own."""

from typing import Annotated

import orjson
from fastapi import APIRouter
from sqlalchemy import text
from starlette.responses import Response

from console.web.access.guard import reading
from console.web.access.rights import Person
from console.web.lists import as_csv, wants_csv
from console.web.pages.audit.trail import WHOLE, asked, bounds, page
from console.web.site import Here, Site, none_of

router = APIRouter(prefix="/audit")
_ENTRY = "SELECT * FROM audit_entries WHERE seq = :seq"


@router.get("")
def all_of_them(site: Here, person: Annotated[Person, reading("audit")]) -> Response:
    """The trail, the newest first."""
    return listing(site, person, "audit/list.html", "audit")


def listing(
    site: Site, person: Person, template: str, name: str, readings: bool = False
) -> Response:
    """A page of the trail or of its readings, or all that is asked for as CSV."""
    what = asked(site, readings)
    if wants_csv(site.request) and not what.problems:
        with site.reading() as connection:
            low, high = bounds(connection, what)
        return as_csv(site.engine, WHOLE, {**what.values(), "low": low, "high": high}, name)
    with site.reading() as connection:
        found = page(site, connection, what)
    status = 422 if what.problems else 200
    return site.render(person, template, status, found=found, asked=what)


@router.get("/{seq}")
def one(site: Here, seq: int, person: Annotated[Person, reading("audit")]) -> Response:
    """One entry, whole."""
    with site.reading() as connection:
        entry = connection.execute(
            text(_ENTRY), {"seq": seq if 0 < seq < 1 << 62 else 0}
        ).one_or_none()
    if entry is None:
        raise none_of(f"the entry {seq}")
    details = orjson.dumps(entry.details, option=orjson.OPT_INDENT_2).decode()
    return site.render(person, "audit/entry.html", entry=entry, details=details)
