"""One held row: why it is held, and what it says, to who has a reason to read it."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter
from sqlalchemy import Row, text
from starlette.responses import Response

from console.web.access.guard import Form, Meant, NotAllowed, reading
from console.web.access.rights import Person
from console.web.navigation import N_
from console.web.pages.sources.held import KEY, PERSONAL, of_no_region
from console.web.pages.sources.one import known
from console.web.site import Here, Site, none_of
from flows.ingest.quarantine import shown
from models.masking import Masker

router = APIRouter(prefix="/sources")
LONGEST = 1_000
"""Letters of a basis."""
_ROW = f"""
    SELECT id, source, dataset, {KEY}, state, codes, reasons, pull_id, held_at, settled_at,
        settled_by
    FROM quarantine WHERE id = :id AND source = :source
"""


def may_read(person: Person) -> bool:
    """Whether what a held row says may be read by them: to mend it, or to examine."""
    return person.bound_to is None and (person.may("people") or person.may("sources"))


@router.get("/{source}/held/{row}")
def one(site: Here, source: str, row: int, person: Annotated[Person, reading("see")]) -> Response:
    """The row, without what it says."""
    return _one(site, person, source, row)


@router.post("/{source}/held/{row}")
def read(site: Here, source: str, row: int, given: Form, person: Meant) -> Response:
    """What it says, as its source sent it; the reading is on the trail with its basis.

    Answered at once and at no address of its own: whoever looks again gives the basis again.
    """
    if not may_read(person):
        raise NotAllowed(person, f"POST /sources/{source}/held/{row}")
    _row(site, source, row)
    basis = given.get("basis")
    if not basis:
        return _one(site, person, source, row, 422, problem=N_("Say what entitles you."))
    if len(basis) > LONGEST:
        problem = N_("Say it in a thousand letters at most.")
        return _one(site, person, source, row, 422, problem=problem, basis=basis)
    masked = Masker(site.environment.settings.identifiers).mask(basis)
    with site.writing() as connection:
        found = shown(connection, row, actor=person.actor, basis=masked)
    record = orjson.dumps(found["record"], option=orjson.OPT_INDENT_2).decode()
    return _one(site, person, source, row, record=record)


def _row(site: Site, source: str, row: int) -> Row[Any]:
    known(site, source)
    if not 0 < row < 1 << 63:
        raise none_of(f"the row {row}")
    with site.reading() as connection:
        found = connection.execute(
            text(_ROW), {"id": row, "source": source, "personal": PERSONAL}
        ).one_or_none()
    if found is None:
        raise none_of(f"the row {row} of {source}")
    return found


def _one(
    site: Site, person: Person, source: str, row: int, status: int = 200, **more: Any
) -> Response:
    of_no_region(person, f"{site.request.method} {site.request.url.path}")
    return site.render(
        person,
        "sources/row.html",
        status,
        source=source,
        row=_row(site, source, row),
        may_read=may_read(person),
        **{"record": None, "problem": "", "basis": "", **more},
    )
