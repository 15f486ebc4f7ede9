"""Hidden services: candidates with their evidence, decisions, the funnel, bundles."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter
from sqlalchemy import Connection, text
from starlette.responses import Response

from console.web.access.guard import Form, NotAllowed, doing, reading
from console.web.access.rights import Person
from console.web.lists import as_csv, listed, wants_csv
from console.web.pages.today.regions import names
from console.web.site import Here, goes_to
from flows.hidden_services.bundles import Bundled
from flows.hidden_services.bundles import bundles as find_bundles
from flows.hidden_services.candidates.state import MOVES, OPEN
from flows.hidden_services.decide import NEEDS_A_CODE, Decision, Overtaken
from flows.hidden_services.decide import decide as settle
from flows.hidden_services.funnel import funnel as steps_of
from flows.hidden_services.funnel import totals
from flows.hidden_services.listing import Shown
from flows.hidden_services.listing import show as shown
from models.errors import ConfigurationError
from models.hidden_services import STATES

router = APIRouter(prefix="/hidden-services")
SELDOM = 600.0
"""Seconds for which bundles are kept: finding them reads every application."""
_LIST = """
    SELECT id, kind, state, probability, names, organisations, regions, volume, found_at
    FROM candidates
    WHERE state = ANY(:states) AND (:kind = '' OR kind = :kind)
      AND (CAST(:region AS text) IS NULL OR :region = ANY(regions) OR regions = '{}')
    ORDER BY kind = 'hidden' DESC, probability DESC, volume DESC NULLS LAST, id
"""


@router.get("")
def all_of_them(site: Here, person: Annotated[Person, reading("see")]) -> Response:
    """The list: hidden services before all else that was found, the likeliest first."""
    state, kind = site.query("state", "open"), site.query("kind")
    states = OPEN if state == "open" else STATES if state == "all" else (state,)
    values = {"states": list(states), "kind": kind, "region": person.bound_to}
    if wants_csv(site.request):
        return as_csv(site.engine, _LIST, values, "hidden-services")
    with site.reading() as connection:
        page = listed(site.request, connection, _LIST, values)
    return site.render(
        person,
        "hidden_services/list.html",
        list=page,
        state=state,
        kind=kind,
        bodies=names(site, "organisations"),
    )


@router.get("/funnel")
def funnel(site: Here, person: Annotated[Person, reading("see")]) -> Response:
    """Found, confirmed, proposed, entered: by body and month."""
    with site.reading() as connection:
        steps = steps_of(connection, site.environment.settings.timezone, region=person.bound_to)
    bodies = names(site, "organisations")
    return site.render(
        person, "hidden_services/funnel.html", steps=steps, whole=totals(steps), bodies=bodies
    )


@router.get("/bundles")
def bundles(site: Here, person: Annotated[Person, reading("see")]) -> Response:
    """Services that the same people take one after another."""
    engine, rules = site.engine, site.environment.hidden_services.bundles

    def find() -> Bundled:
        with engine.begin() as connection:  # it counts in temporary tables
            return find_bundles(connection, rules)

    found, _ = site.shared.get("bundles", find, SELDOM)
    return site.render(
        person, "hidden_services/bundles.html", found=found, names=names(site, "services")
    )


@router.get("/{candidate}")
def one(site: Here, candidate: int, person: Annotated[Person, reading("see")]) -> Response:
    """One candidate, beside the register's nearest entries."""
    return _one(site, person, candidate)


@router.post("/{candidate}")
def decide(
    site: Here, candidate: int, given: Form, person: Annotated[Person, doing("hidden")]
) -> Response:
    """Take it one step on; who comes second sees what happened, and keeps what they wrote."""
    seen = given.get("seen")
    decision = Decision(
        given.get("to"),
        given.get("why"),
        int(seen) if seen.isdecimal() else None,
        given.get("service") or None,
    )
    try:
        with site.writing() as connection:
            settle(connection, site.environment, candidate, decision, actor=person.actor)
    except (Overtaken, ConfigurationError) as error:
        status = 409 if isinstance(error, Overtaken) else 422
        return _one(site, person, candidate, status=status, error=error, decision=decision)
    return goes_to(f"/hidden-services/{candidate}")


def _one(
    site: Here,
    person: Person,
    candidate: int,
    status: int = 200,
    error: Exception | None = None,
    decision: Decision | None = None,
) -> Response:
    with site.reading() as connection:
        found = shown(connection, candidate)
        _allowed(person, found)
        near = _near(connection, found.candidate)
    bodies = names(site, "organisations")
    if error is None:
        decision = Decision("", "")
    return site.render(
        person,
        "hidden_services/one.html",
        status,
        found=found,
        c=found.candidate,
        near=near,
        bodies=bodies,
        error=error,
        decision=replace(decision or Decision("", ""), seen=found.candidate["revision"]),
        moves=MOVES[found.candidate["state"]],
        needs_code=NEEDS_A_CODE,
    )


def _allowed(person: Person, found: Shown) -> None:
    regions = found.candidate["regions"]
    if person.bound_to is not None and regions and person.bound_to not in regions:
        raise NotAllowed(person, f"candidate/{found.candidate['id']}")


def _near(connection: Connection, candidate: dict[str, Any]) -> list[dict[str, Any]]:
    """The register's entries that are most like it, as the matching kept them."""
    codes = [each["id"] for each in candidate["nearest"] or []]
    rows = connection.execute(
        text("SELECT code, names, organisation FROM services WHERE code = ANY(:codes)"),
        {"codes": codes},
    )
    entries = {row.code: dict(row._mapping) for row in rows}
    return [{**each, **entries.get(each["id"], {})} for each in candidate["nearest"] or []]
