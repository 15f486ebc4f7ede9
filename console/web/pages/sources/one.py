"""One source: its pulls, what is going on with it, and pulling it now."""

from typing import Annotated

from fastapi import APIRouter
from sqlalchemy import text
from starlette.responses import Response

from console.web.access.guard import doing, reading
from console.web.access.rights import Person
from console.web.background.works import Work
from console.web.lists import as_csv, listed, wants_csv
from console.web.pages.sources.standing import SourceStanding, contracts_of, standing, state
from console.web.site import Here, Site, goes_to, none_of
from flows.failures.contracts.summary import standings

router = APIRouter(prefix="/sources")
_PULLS = """
    SELECT id, kind, state, reason, sentence, holder, started_at, ended_at, read, inserted,
        updated, unchanged, quarantined, repeated, broken, drift
    FROM pulls WHERE source = :source ORDER BY started_at DESC, id DESC
"""
_SEEN = "SELECT name, seen_digest FROM contracts WHERE system = :system"


@router.get("/{source}")
def one(site: Here, source: str, person: Annotated[Person, reading("see")]) -> Response:
    """The page of a source."""
    if wants_csv(site.request):
        known(site, source)
        return as_csv(site.engine, _PULLS, {"source": source}, "pulls")
    return shown(site, person, source)


@router.post("/{source}/pull")
def pull(site: Here, source: str, person: Annotated[Person, doing("sources")]) -> Response:
    """Pull it now, in the background; one at a time."""
    known(site, source)
    work = Work("ingest", source, person.actor)
    site.background.start(site.engine, site.environment, work)
    return goes_to(f"/sources/{source}")


def known(site: Site, source: str) -> None:
    """Go on only with a source that is declared."""
    if source not in site.environment.sources:
        raise none_of(f"the source {source}")


def of(site: Site, source: str) -> SourceStanding:
    """How a source stands."""
    known(site, source)
    whole, _ = standing(site)
    return next(each for each in whole.sources if each.name == source)


def shown(
    site: Site,
    person: Person,
    source: str,
    status: int = 200,
    error: Exception | None = None,
    about: str = "",
    reason: str = "",
) -> Response:
    """The page; with an error about one of its contracts, what was typed there is kept."""
    found = of(site, source)
    system = found.declared.system
    with site.reading() as connection:
        pulls = listed(site.request, connection, _PULLS, {"source": source})
        told = standings(connection, site.environment, system)
        digests = {
            row.name: row.seen_digest for row in connection.execute(text(_SEEN), {"system": system})
        }
        last = site.background.last(connection, "ingest", source)
    return site.render(
        person,
        "sources/one.html",
        status,
        s=found,
        list=pulls,
        contracts=contracts_of(site.environment, source, told),
        state=state,
        digests=digests,
        last=last,
        error=error,
        about=about,
        reason=reason,
    )
