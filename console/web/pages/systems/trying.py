"""Try a system right now: its probes and its sources, asked once, for whoever handles alerts."""

from datetime import UTC, datetime
from threading import BoundedSemaphore
from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from console.web.access.guard import doing
from console.web.access.rights import Person
from console.web.site import Here, none_of
from flows.failures.diagnosis.asked import asked
from flows.failures.diagnosis.tries import Tries

router = APIRouter(prefix="/systems")
_TURNS = BoundedSemaphore(3)
"""A try may take half a minute: whoever reads pages must not wait behind many of them."""


@router.post("/{name}/try")
def try_it(site: Here, name: str, person: Annotated[Person, doing("alerts")]) -> Response:
    """What it answers now. Nothing is changed, so the page is shown at once."""
    if name not in site.environment.systems:
        raise none_of(name)
    if not _TURNS.acquire(blocking=False):
        return site.render(person, "systems/tried.html", 503, name=name, tried=None, at=None)
    try:
        tried = Tries(site.environment, asked(site.environment, name)).done()
    finally:
        _TURNS.release()
    at = datetime.now(UTC)
    return site.render(person, "systems/tried.html", name=name, tried=tried, at=at)
