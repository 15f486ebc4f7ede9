"""Rows of a source that are held back: which, why, and letting them go after a fix."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter
from sqlalchemy import Row, text
from starlette.responses import Response

from console.web.access.guard import Form, NotAllowed, doing, reading
from console.web.access.rights import Person
from console.web.background.works import Work
from console.web.lists import SIZE, as_csv, listed, wants_csv
from console.web.navigation import N_
from console.web.pages.sources.one import known
from console.web.site import Here, Site, goes_to
from models.datasets import DATASETS

router = APIRouter(prefix="/sources")
STATES = ("held", "released", "superseded")
PERSONAL = [each.name for each in DATASETS.values() if "person" in each.key]
KEY = "CASE WHEN dataset = ANY(:personal) THEN '••••' || right(key, 4) ELSE key END AS key"
"""The key of a held row; one that is a person's number is masked."""
_ROWS = f"""
    SELECT id, {KEY}, codes, reasons, held_at, pull_id, settled_at, settled_by FROM quarantine
    WHERE source = :source AND state = :state AND (:code = '' OR :code = ANY(codes)) ORDER BY id
"""
_BY_RULE = """
    SELECT code, count(*) AS rows FROM quarantine, unnest(codes) AS code
    WHERE source = :source AND state = 'held' GROUP BY code ORDER BY 2 DESC, 1
"""
_RELEASES = """
    SELECT id, holder, state, reason, sentence, started_at, read, quarantined FROM pulls
    WHERE source = :source AND kind = 'release' ORDER BY started_at DESC LIMIT 5
"""
_OURS = "SELECT id FROM quarantine WHERE source = :source AND id = ANY(:ids)"


def of_no_region(person: Person, what: str) -> None:
    """Held rows are of all regions, and what they say of theirs may be what is wrong with them."""
    if person.bound_to is not None:
        raise NotAllowed(person, what)


@router.get("/{source}/held")
def rows(site: Here, source: str, person: Annotated[Person, reading("see")]) -> Response:
    """The list, without what the rows say."""
    return _rows(site, person, source)


@router.post("/{source}/held")
def release(
    site: Here, source: str, given: Form, person: Annotated[Person, doing("sources")]
) -> Response:
    """Judge the chosen rows again, or all of them, in the background."""
    known(site, source)
    of_no_region(person, f"POST /sources/{source}/held")
    ids = [int(each) for each in given.all("row") if each.isdecimal() and len(each) < 19]
    everything = given.get("which") == "all"
    if not everything and not ids:
        return _rows(site, person, source, 422, problem=N_("Choose at least one row."))
    if not everything and set(_ours(site, source, ids)) != set(ids):
        return _rows(site, person, source, 422, problem=N_("Not all of these are rows of it."))
    work = Work("release", source, person.actor, () if everything else tuple(ids[:SIZE]))
    site.background.start(site.engine, site.environment, work)
    return goes_to(f"/sources/{source}/held")


def _ours(site: Site, source: str, ids: Sequence[int]) -> Sequence[int]:
    with site.reading() as connection:
        found = connection.execute(text(_OURS), {"source": source, "ids": list(ids)})
        return found.scalars().all()


def _rows(
    site: Site, person: Person, source: str, status: int = 200, problem: str = ""
) -> Response:
    known(site, source)
    of_no_region(person, f"{site.request.method} {site.request.url.path}")
    state, code = site.query("state", "held"), site.query("code")
    state = state if state in STATES else "held"
    values = {"source": source, "state": state, "code": code, "personal": PERSONAL}
    if wants_csv(site.request):
        return as_csv(site.engine, _ROWS, values, "held-rows")
    with site.reading() as connection:
        page = listed(site.request, connection, _ROWS, values)
        releases = connection.execute(text(_RELEASES), {"source": source}).all()
        last = site.background.last(connection, "release", source)
    return site.render(
        person,
        "sources/held.html",
        status,
        source=source,
        list=page,
        state=state,
        code=code,
        rules=_by_rule(site, source),
        releases=releases,
        last=last,
        problem=problem,
    )


def _by_rule(site: Site, source: str) -> Sequence[Row[Any]]:
    engine = site.engine

    def count() -> Sequence[Row[Any]]:
        with engine.begin() as connection:
            return connection.execute(text(_BY_RULE), {"source": source}).all()

    return site.shared.get(("held", source), count)[0]
