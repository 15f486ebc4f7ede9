"""Accept a contract of a source's system as it was read last, with a reason."""

from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from console.web.access.guard import Form, doing
from console.web.access.rights import Person
from console.web.pages.sources.one import known, shown
from console.web.pages.sources.standing import contracts_of
from console.web.site import Here, Site, goes_to, none_of
from flows.failures.contracts.store import Overtaken
from flows.failures.contracts.store import accept as take
from flows.failures.contracts.summary import standings
from models.errors import ConfigurationError
from models.masking import Masker

router = APIRouter(prefix="/sources")
LONGEST = 1_000
"""Letters of a reason."""


@router.post("/{source}/contracts/{name}")
def accept(
    site: Here, source: str, name: str, given: Form, person: Annotated[Person, doing("sources")]
) -> Response:
    """Accept what was looked at; who comes second sees what happened, and keeps the reason."""
    known(site, source)
    reason = given.get("reason")
    try:
        _accept(site, person, source, name, _reason(reason), given.get("seen"))
    except ConfigurationError as error:
        status = 409 if isinstance(error, Overtaken) else 422
        return shown(site, person, source, status, error, about=name, reason=reason)
    return goes_to(f"/sources/{source}")


def _reason(given: str) -> str:
    if not given:
        raise ConfigurationError("Accepting a contract", "the reason is empty", "Say why")
    if len(given) > LONGEST:
        raise ConfigurationError(
            "Accepting a contract",
            f"the reason has {len(given):,} letters",
            f"Say it in {LONGEST:,} at most",
        )
    return given


def _accept(site: Site, person: Person, source: str, name: str, reason: str, seen: str) -> None:
    system = site.environment.sources[source].system
    masked = Masker(site.environment.settings.identifiers).mask(reason)
    with site.writing() as connection:
        told = standings(connection, site.environment, system)
        if name not in {each.name for each in contracts_of(site.environment, source, told)}:
            raise none_of(f"the contract {name} of {source}")
        take(connection, system, name, site.moment, person.actor, reason=masked, digest=seen)
