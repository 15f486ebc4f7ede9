"""The letter to the owner of a failing system: in one of its languages, to print or to send."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter
from sqlalchemy import Connection
from starlette.responses import PlainTextResponse, Response

from console.web.access.guard import NotAllowed, reading
from console.web.access.rights import Person
from console.web.pages.systems.findings import MOST
from console.web.site import Here, none_of
from flows.failures.waiting.finding import finding
from flows.failures.waiting.letter import SPOKEN
from flows.failures.waiting.letter import letter as write
from models.environment.dependencies import OURS
from models.errors import ConfigurationError

router = APIRouter(prefix="/systems/{name}/findings/{number}")
OWN_NAMES = {"kk": "Қазақша", "ru": "Русский", "en": "English"}


@router.get("/letter")
def letter(
    site: Here, name: str, number: int, person: Annotated[Person, reading("see")]
) -> Response:
    """The letter as it would be written now. It counts all regions, so it is for who sees all."""
    if person.bound_to is not None:
        raise NotAllowed(person, f"letter of finding {number}")
    asked = site.query("language")
    with site.counting() as connection:
        _must_be(connection, name, number)
        language = asked if asked in SPOKEN else None
        written = write(connection, site.environment, number, site.moment, language)
    if site.query("format") == "txt":
        file = f"letter-{quote(name)}-{number}-{written.language}.txt"
        headers = {"Content-Disposition": f'attachment; filename="{file}"'}
        return PlainTextResponse(written.text, headers=headers)
    return site.render(
        person,
        "systems/letter.html",
        name=name,
        written=written,
        spoken=[(each, OWN_NAMES.get(each, each)) for each in SPOKEN],
        contact=site.environment.systems[name].contact,
    )


def _must_be(connection: Connection, name: str, number: int) -> None:
    """Go on only where this finding is of this system, and the system somebody's.

    Raises:
        HTTPException: 404, it is not.
    """
    try:
        its = finding(connection, min(max(number, 0), MOST)).system
    except ConfigurationError as error:
        raise none_of(str(number)) from error
    if its != name or its == OURS:
        raise none_of(str(number))
