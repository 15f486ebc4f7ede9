"""What was found wrong with a system: all of it, and each with its evidence."""

from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from console.web.access.guard import reading
from console.web.access.rights import Person
from console.web.lists import as_csv, listed, wants_csv
from console.web.site import Here, Site, none_of
from flows.alerts.naming import snake
from flows.failures.reading import held_back_words, shown
from models.environment.dependencies import OURS
from models.errors import ConfigurationError

router = APIRouter(prefix="/systems/{name}/findings")
STATES = ("confirmed", "suspected", "over")
MOST = 2**63 - 1
"""The greatest number that a finding can have."""
_LIST = """
    SELECT id, kind, subject, state, severity, reason, sentence, began_at,
        CASE WHEN state = 'over' THEN ended_at END AS ended_at, again
    FROM findings WHERE system = :system AND (:state = '' OR state = :state)
    ORDER BY began_at DESC, id DESC
"""


@router.get("")
def all_of_them(site: Here, name: str, person: Annotated[Person, reading("see")]) -> Response:
    """Findings of one system, the newest first."""
    _known(site, name)
    state = site.query("state")
    values = {"system": name, "state": state if state in STATES else ""}
    if wants_csv(site.request):
        return as_csv(site.engine, _LIST, values, f"findings-{name}")
    with site.reading() as connection:
        found = listed(site.request, connection, _LIST, values)
    return site.render(
        person, "systems/findings.html", name=name, list=found, state=values["state"]
    )


@router.get("/{number}")
def one(site: Here, name: str, number: int, person: Annotated[Person, reading("see")]) -> Response:
    """One finding: since when, how it went, by which evidence."""
    _known(site, name)
    if abs(number) > MOST:
        raise none_of(str(number))
    with site.reading() as connection:
        try:
            found = shown(connection, number, site.environment.alerts.notices.runbooks)
        except ConfigurationError as error:
            raise none_of(str(number)) from error
    finding = found.finding
    if finding["system"] != name:
        raise none_of(str(number))
    return site.render(
        person,
        "systems/finding.html",
        name=name,
        f=finding,
        found=found,
        book=snake(found.alert),
        held_back=held_back_words(finding["held_back"], finding["held_back_by"]),
    )


def _known(site: Site, name: str) -> None:
    if name != OURS and name not in site.environment.systems:
        raise none_of(name)
