"""One review: why, whose time it was, its cases and history; and what people do with it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter
from sqlalchemy import Connection, text
from starlette.responses import Response

from console.web.access.guard import Form, doing, need, reading
from console.web.access.rights import Person
from console.web.pages.delays.parties import bar, hours, kind_of, parties
from console.web.pages.delays.within import theirs
from console.web.pages.reviews.written import ACTS, Act, seen
from console.web.pages.today.regions import names
from console.web.site import Here, Site, goes_to, none_of
from flows.delays.reviews.listing import THEIRS, Shown, show
from models.errors import ConfigurationError, Overtaken
from models.masking import Masker
from models.reviews import OPEN

router = APIRouter(prefix="/reviews")
LARGEST = 2**63 - 1
_TIME = f"""
    SELECT p.party, sum(p.seconds)::bigint AS seconds
    FROM review_cases c CROSS JOIN LATERAL unnest(c.parties, c.seconds) AS p (party, seconds)
    WHERE c.review_id = :id AND c.state <> 'withdrawn' AND {THEIRS}
    GROUP BY 1 ORDER BY 2 DESC, 1
"""


@router.get("/{review}")
def one(site: Here, review: int, person: Annotated[Person, reading("see")]) -> Response:
    """The page."""
    return _page(site, person, review)


@router.post("/{review}")
def act(site: Here, review: int, given: Form, person: Annotated[Person, doing("see")]) -> Response:
    """Close it, take a position, or revise it; who comes second sees what happened.

    What was typed is kept whatever comes of it.
    """
    act = ACTS.get(given.get("do"))
    if act is None:
        raise none_of("no such form")
    need(person, act.right, f"POST {site.request.url.path}")
    with site.reading() as connection:
        found = _found(connection, person, review)
    theirs(person, found.review["region"], f"POST review/{review}")
    problems = act.problems(given, parties(site))
    if problems and seen(given) == found.review["revision"]:
        return _page(site, person, review, 422, act, given.as_dict(), problems)
    try:
        with site.writing() as connection:
            act.do(connection, site.environment, review, given, person.actor)
    except (Overtaken, ConfigurationError) as error:
        status = 409 if isinstance(error, Overtaken) else 422
        return _page(site, person, review, status, act, given.as_dict(), {}, error)
    return goes_to(f"/reviews/{review}")


def _page(
    site: Site,
    person: Person,
    review: int,
    status: int = 200,
    act: Act | None = None,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
    error: Exception | None = None,
) -> Response:
    with site.reading() as connection:
        found = _found(connection, person, review)
        time = connection.execute(text(_TIME), {"id": review, "region": person.bound_to}).all()
    return site.render(
        person,
        "reviews/one.html",
        status,
        found=found,
        r=found.review,
        time=time,
        whole=sum(each.seconds for each in time),
        bar=bar([(kind_of(each.party), each.seconds) for each in time]),
        still=found.review["state"] in OPEN,
        partly=person.bound_to is not None and found.review["region"] is None,
        act=act.name if act else "",
        typed=typed or {},
        problems=problems or {},
        error=error,
        overtaken=isinstance(error, Overtaken),
        masker=Masker(site.environment.settings.identifiers),
        **_words(site),
    )


def _words(site: Site) -> dict[str, Any]:
    return {
        "names": parties(site),
        "regions": names(site, "regions"),
        "hours": hours,
        "at": datetime.fromisoformat,
        "kind_of": kind_of,
    }


def _found(connection: Connection, person: Person, review: int) -> Shown:
    """The review; of one whose cases lie in several regions, those of the person's own."""
    if not 0 < review <= LARGEST:
        raise none_of("no such review")
    try:
        found = show(connection, review, person.bound_to)
    except ConfigurationError as error:
        raise none_of(error.found) from error
    if found.review["region"] is not None or not found.count:
        theirs(person, found.review["region"], f"review/{review}")
    return found
