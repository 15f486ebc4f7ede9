"""Let an application go on now: first what that would be, then, with a reason, the deed."""

from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from console.web.access.guard import Form, doing, reading
from console.web.access.rights import Person
from console.web.pages.applications.standing import found, standing
from console.web.pages.apply.choices import spoken
from console.web.site import Here, Site, goes_to
from flows.composite_services.assistance.resuming import due_now, resume
from flows.composite_services.loading import in_language
from models.errors import ConfigurationError

router = APIRouter(prefix="/applications")
SAY_WHY = ConfigurationError("Going on", "No reason is given", "Say why, in a few words")


@router.get("/{number}/resume")
def ask(site: Here, number: str, person: Annotated[Person, reading("apply")]) -> Response:
    """What would be tried or asked now instead of at its next turn, and what stays as it is."""
    return _page(site, person, number)


@router.post("/{number}/resume")
def do(site: Here, number: str, given: Form, person: Annotated[Person, doing("apply")]) -> Response:
    """Do it, as `tereze application resume` does; nothing is sent twice by it."""
    reason = given.get("reason")
    if not reason:
        return _page(site, person, number, 422, SAY_WHY)
    try:
        with site.writing() as connection:
            found(connection, person, number)
            due = resume(
                connection,
                site.environment,
                number,
                reason=reason,
                actor=person.actor,
                moment=site.moment,
            )
    except ConfigurationError as error:
        return _page(site, person, number, 409, error, reason)
    return goes_to(f"/applications/{number}?told={'resumed' if due else 'nothing_due'}")


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
        stands = standing(connection, site.environment, loaded, language)
    over = loaded.row["state"] == "ended"
    due = [] if over else [each.step for each in due_now(loaded, site.moment)]
    return site.render(
        person,
        "applications/resume.html",
        status,
        stands=stands,
        due=[
            (in_language(loaded.step(name).names, language), loaded.steps[name]["next_at"])
            for name in due
        ],
        error=error,
        reason=reason,
        over=over,
    )
