"""Take an application back: first what that means, then, with a reason, the deed."""

from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from console.web.access.guard import Form, doing, reading
from console.web.access.rights import Person
from console.web.pages.applications.standing import found
from console.web.pages.apply.choices import spoken
from console.web.site import Here, Site, goes_to
from flows.composite_services.loading import in_language
from flows.composite_services.undoing.cancel import cancel
from flows.composite_services.undoing.preview import preview
from models.errors import ConfigurationError

router = APIRouter(prefix="/applications")


@router.get("/{number}/cancel")
def ask(site: Here, number: str, person: Annotated[Person, reading("apply")]) -> Response:
    """What would be undone, and what stays."""
    return _page(site, person, number)


@router.post("/{number}/cancel")
def do(site: Here, number: str, given: Form, person: Annotated[Person, doing("apply")]) -> Response:
    """Take it back; who comes second sees how it stands, and keeps the reason they wrote."""
    reason = given.get("reason")
    try:
        with site.writing() as connection:
            found(connection, person, number)
            cancel(
                connection,
                site.environment,
                number,
                reason=reason,
                actor=person.actor,
                moment=site.moment,
            )
    except ConfigurationError as error:
        status = 409 if reason else 422
        return _page(site, person, number, status=status, error=error, reason=reason)
    return goes_to(f"/applications/{number}?told=cancelled")


def _page(
    site: Site,
    person: Person,
    number: str,
    status: int = 200,
    error: ConfigurationError | None = None,
    reason: str = "",
) -> Response:
    language = spoken(site, site.speaker(person))
    with site.reading() as connection:
        loaded = found(connection, person, number)
        meant = preview(connection, loaded, language)
    return site.render(
        person,
        "applications/cancel.html",
        status,
        number=number,
        service=in_language(loaded.definition.names, language),
        meant=meant,
        error=error,
        reason=reason,
        over=loaded.row["state"] == "ended" or loaded.row["undo_from"] is not None,
    )
