"""Verifying the trail: started here, done in the background, its outcome kept on the trail."""

from typing import Annotated

from fastapi import APIRouter
from sqlalchemy import text
from starlette.responses import Response

from console.web.access.guard import doing, reading
from console.web.access.rights import Person
from console.web.background.works import Work
from console.web.pages.audit.trail import REACH
from console.web.site import Here, goes_to
from flows.verification import ACTION

router = APIRouter(prefix="/audit")
_KEPT = """
    SELECT seq, at, actor, details FROM audit_entries
    WHERE action = :action AND seq > (SELECT coalesce(max(seq), 0) FROM audit_entries) - :reach
    ORDER BY seq DESC LIMIT 20
"""


@router.get("/verification")
def verifications(site: Here, person: Annotated[Person, reading("audit")]) -> Response:
    """What the last ones found, and the one that goes on."""
    with site.reading() as connection:
        kept = connection.execute(text(_KEPT), {"action": ACTION, "reach": REACH}).all()
        last = site.background.last(connection, "audit", "")
    return site.render(person, "audit/verification.html", kept=kept, last=last)


@router.post("/verification")
def verify(site: Here, person: Annotated[Person, doing("audit")]) -> Response:
    """Begin one; a second one meanwhile is the first."""
    site.background.start(site.engine, site.environment, Work("audit", "", person.actor))
    return goes_to("/audit/verification")
