"""The work list: open cases, those due first; no personal data in it."""

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.responses import Response

from console.web.access.guard import reading
from console.web.access.rights import Person
from console.web.lists import as_csv, listed, wants_csv
from console.web.pages.applications.reach import HELPED, reach_of
from console.web.pages.cases.offices import offices
from console.web.site import Here, Site
from flows.composite_services.proactive.waiting import listed as held

router = APIRouter(prefix="/cases")
ALL = "all"
MOST = 100
"""So many life events are listed below the cases; they name no region, and no office but one."""

_LIST = f"""
    SELECT c.id, a.number, a.composite, c.step, c.kind, c.office, c.state, c.due_at,
        c.state = 'open' AND c.due_at < :moment AS overdue, c.missing, c.todo
    FROM assistance_cases c JOIN composite_applications a ON a.id = c.application
    WHERE (:office = '{ALL}' OR c.office = :office) AND {HELPED}
"""
_OPEN = f"{_LIST} AND c.state = 'open' ORDER BY c.due_at, c.id"
_EVERY = f"{_LIST} ORDER BY c.id DESC"


@router.get("")
def work(site: Here, person: Annotated[Person, reading("people")]) -> Response:
    """Those of the reader's office, else all that they may see."""
    office = site.query("office") or person.office or ALL
    state = ALL if site.query("state") == ALL else "open"
    query = _OPEN if state == "open" else _EVERY
    values: dict[str, Any] = {
        "office": office,
        **reach_of(person),
        "moment": site.moment,
    }
    if wants_csv(site.request):
        return as_csv(site.engine, query, values, "cases")
    with site.reading() as connection:
        page = listed(site.request, connection, query, values)
        events = held(connection, site.environment, site.moment, most=MOST)
    return site.render(
        person,
        "cases/list.html",
        list=page,
        events=events,
        state=state,
        office=office,
        choices=_offices(site, person, office),
        offices=offices(site),
    )


def _offices(site: Site, person: Person, chosen: str) -> list[tuple[str, str]]:
    """All, the reader's own, and the one that is chosen."""
    say, known = site.speaker(person), offices(site)
    found = [(ALL, say.say("All offices"))]
    for code in dict.fromkeys((person.office, chosen)):
        if code and code != ALL:
            found.append((code, say.name(known.get(code), code)))
    return found
