"""Applications of all systems, the newest first; searched by number, or by person with a reason."""

from collections.abc import Mapping, Sequence, Set
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter
from sqlalchemy import Row, text
from starlette.responses import Response

from console.web.access.guard import Form, NotAllowed, doing, need, reading
from console.web.access.rights import Person
from console.web.composite_labels import APPLICATION_STATES
from console.web.lists import Listed, as_csv, listed, wants_csv
from console.web.pages.applications.reach import HELPED, WITHIN, reach_of
from console.web.pages.today.regions import names, regions
from console.web.site import Here, Site, goes_to
from flows.composite_services.undoing.cancel import known
from models import trail
from models.applications import TIMELINESS
from models.masking import Masker

router = APIRouter(prefix="/applications")

_COLUMNS = "a.system, a.number, a.service, a.region, a.received_at, a.completed_at, a.due_at"
_LIST = f"SELECT {_COLUMNS}, a.timeliness FROM applications a"
_PLAIN = " + interval '0'"
"""Of a service all are read: one of seven hundred is too seldom to walk along the newest."""
_WANTED = {"region": "a.region = :region", "state": "a.timeliness = :state",
           "service": "a.service = :service"}  # fmt: skip
_SEVERAL = """
    SELECT NULL AS system, a.number, a.composite AS service, a.region, a.received_at,
        a.ended_at AS completed_at, NULL AS due_at, coalesce(a.outcome, a.state) AS timeliness
    FROM composite_applications a
"""
_SEVERAL_WANTED = {"region": HELPED, "service": "a.composite = :service",
                   "state": "(a.state = :state OR a.outcome = :state)"}  # fmt: skip
_NUMBERED = """
    SELECT a.system, a.number FROM applications a WHERE a.number = :number
      AND a.system = ANY(SELECT DISTINCT system FROM source_states) ORDER BY a.system
"""
_OF_PERSON = f"""
    SELECT {_COLUMNS}, a.timeliness FROM applications a
    WHERE a.applicant = :person AND a.system <> 'tereze' AND {WITHIN}
    UNION ALL
    SELECT NULL, a.number, a.composite, a.region, a.received_at, a.ended_at, NULL,
        coalesce(a.outcome, a.state)
    FROM composite_applications a WHERE a.applicant = :person AND {HELPED}
    ORDER BY received_at DESC LIMIT 200
"""
SEVERAL = "several"
"""The list of applications for several services."""
LONGEST = 200
"""Letters of a number or an identifier that are looked for."""


@router.get("")
def all_of_them(site: Here, person: Annotated[Person, reading("see")]) -> Response:
    """The list, without anybody's data; and the two ways to find one."""
    return _page(site, person)


@router.post("")
def find(site: Here, given: Form, person: Annotated[Person, doing("see")]) -> Response:
    """By number, or by person: sent, so that neither stands in an address."""
    if given.get("do") == "person":
        return _by_person(site, person, given.get("person"), given.get("basis"))
    number = given.get("number")[:LONGEST]
    with site.reading() as connection:
        if number and known(connection, number) is not None:
            return goes_to(f"/applications/{number}")
        rows = connection.execute(text(_NUMBERED), {"number": number}).all()
    if len(rows) == 1:
        return goes_to(address(rows[0].system, number))
    return _page(site, person, 200 if rows else 404, number=number, several=rows)


def address(system: str, number: str) -> str:
    """Where an application's own page is; numbers of other systems may hold any letter."""
    return f"/applications/timeline?{urlencode({'system': system, 'number': number})}"


def _by_person(site: Site, person: Person, who: str, basis: str) -> Response:
    """Every application of a person that the reader may see; the search itself is audited."""
    need(person, "people", "POST /applications")
    if not who or not basis:
        missing = {name for name, given in (("who", who), ("basis", basis)) if not given}
        return _page(site, person, 422, missing=missing, who=who, basis=basis)
    masker = Masker(site.environment.settings.identifiers)
    who = who.replace(" ", "")[:LONGEST]
    with site.counting() as connection:
        values = {"person": who, **reach_of(person)}
        rows = connection.execute(text(_OF_PERSON), values).all()
        trail.record(
            connection,
            actor=person.actor,
            action="applications.searched",
            subject=f"person {_hidden(masker, who)}",
            basis=masker.mask(basis),
            details={"found": [row.number for row in rows]},
        )
    return _page(site, person, found=rows, who=who, basis=basis)


def _hidden(masker: Masker, who: str) -> str:
    """The identifier masked; what is none is not written down at all."""
    masked = masker.mask(who)
    return masked if masked != who else "unknown"


def _page(
    site: Site,
    person: Person,
    status: int = 200,
    *,
    number: str = "",
    several: Sequence[Row[Any]] | None = None,
    found: Sequence[Row[Any]] | None = None,
    who: str = "",
    basis: str = "",
    missing: Set[str] = frozenset(),
) -> Response:
    several_services = site.query("kind") == SEVERAL
    states = APPLICATION_STATES if several_services else TIMELINESS
    state = site.query("state")
    values = {
        "region": person.bound_to or site.query("region") or None,
        "own": person.office,
        "state": state if state in states else "",
        "service": site.query("service"),
    }
    if person.bound_to and site.query("region") not in ("", person.bound_to):
        raise NotAllowed(person, f"GET /applications?region={site.query('region')[:20]}")
    query = _query(several_services, values)
    if wants_csv(site.request):
        return as_csv(site.engine, query, values, "applications")
    return site.render(
        person,
        "applications/list.html",
        status,
        list=_rows(site, query, values),
        kind=SEVERAL if several_services else "",
        state=values["state"],
        services=names(site, "services"),
        regions=regions(site),
        number=number,
        several=several,
        found=found,
        who=who,
        basis=basis,
        missing=missing,
        address=address,
    )


def _query(several: bool, values: Mapping[str, Any]) -> str:
    """Only what is asked for is a condition, so that an index serves it."""
    known = _SEVERAL_WANTED if several else _WANTED
    wanted = [condition for name, condition in known.items() if values[name]]
    where = f"WHERE {' AND '.join(wanted)}" if wanted else ""
    newest = f"a.received_at{_PLAIN if values['service'] else ''} DESC, a.system, a.number"
    order = "a.id DESC" if several else newest
    return f"{_SEVERAL if several else _LIST} {where} ORDER BY {order}"


def _rows(site: Site, query: str, values: Mapping[str, Any]) -> Listed:
    with site.reading() as connection:
        return listed(site.request, connection, query, values)
