"""Who read whose record, and on which basis."""

from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from console.web.access.guard import reading
from console.web.access.rights import Person
from console.web.pages.audit.entries import listing
from console.web.site import Here

router = APIRouter(prefix="/audit")


@router.get("/readings")
def readings(site: Here, person: Annotated[Person, reading("audit")]) -> Response:
    """By reader and by what was read, the newest first."""
    return listing(site, person, "audit/readings.html", "readings", readings=True)
