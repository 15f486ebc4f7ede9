"""Verifying the trail: started here, done in the background, its outcome kept on the trail."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter
from sqlalchemy import Row, text
from starlette.responses import Response

from console.web.access.guard import doing, reading
from console.web.access.rights import Person
from console.web.background.works import Work
from console.web.pages.audit.trail import REACH
from console.web.site import Here, Site, goes_to
from flows.verification import ACTION

router = APIRouter(prefix="/audit")
SELDOM = 600.0
"""Seconds for which what was found is kept: looking for it reads half a million entries."""
_KEPT = """
    SELECT seq, at, actor, details FROM audit_entries
    WHERE action = :action AND seq > (SELECT coalesce(max(seq), 0) FROM audit_entries) - :reach
    ORDER BY seq DESC LIMIT 20
"""


@router.get("/verification")
def verifications(site: Here, person: Annotated[Person, reading("audit")]) -> Response:
    """What the last ones found, and the one that goes on."""
    with site.reading() as connection:
        last = site.background.last(connection, "audit", "")
    kept = _kept(site, last.ended_at if last else None)
    return site.render(person, "audit/verification.html", kept=kept, last=last, action=ACTION)


def _kept(site: Site, ended_at: datetime | None) -> Sequence[Row[Any]]:
    """The last outcomes: looked for again when another verification has ended."""
    engine = site.engine

    def find() -> Sequence[Row[Any]]:
        with engine.connect() as connection:
            values = {"action": ACTION, "reach": REACH}
            return connection.execute(text(_KEPT), values).all()

    return site.shared.get(("verifications", ended_at), find, SELDOM)[0]


@router.post("/verification")
def verify(site: Here, person: Annotated[Person, doing("audit")]) -> Response:
    """Begin one; a second one meanwhile is the first."""
    site.background.start(site.engine, site.environment, Work("audit", "", person.actor))
    return goes_to("/audit/verification")
