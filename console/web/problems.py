"""What a page says when it cannot be shown: plain words, and nothing that was typed is lost."""

from urllib.parse import urlencode

from sqlalchemy.exc import DBAPIError, OperationalError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from console.web.access.guard import NotAllowed, NotMeant, NotSignedIn
from console.web.access.rights import Person
from console.web.access.sign_in import page as sign_in_page
from console.web.rendering import Pages, here
from models import trail
from models.environment.secrets import redact
from models.errors import TerezeError

FOR_MACHINES = ("/metrics", "/healthz")
RETRY_AFTER = "10"
"""Seconds after which a page whose database is away asks again by itself."""


def not_signed_in(request: Request, error: Exception) -> Response:
    """To the form; what was being sent goes on afterwards."""
    assert isinstance(error, NotSignedIn)
    if error.kept is None:
        return RedirectResponse(f"/sign-in?{urlencode({'then': here(request)})}", 303)
    return sign_in_page(request, then=here(request), kept=error.kept, status=401)


def not_meant(request: Request, error: Exception) -> Response:
    """The form is shown once more, to be sent on purpose."""
    assert isinstance(error, NotMeant)
    pages: Pages = request.app.state.pages
    return pages.render(
        request, error.person, "again.html", status=409, to=here(request), kept=error.kept
    )


def must_change(_request: Request, _error: Exception) -> Response:
    """First a password of their own."""
    return RedirectResponse("/password", 303)


def not_allowed(request: Request, error: Exception) -> Response:
    """403, and an entry in the audit trail."""
    assert isinstance(error, NotAllowed)
    with request.app.state.database.engine().begin() as connection:
        trail.record(
            connection, actor=error.person.actor, action="console_refused", subject=error.what,
            details={"roles": list(error.person.roles)},
        )  # fmt: skip
    return _page(request, 403, "not_allowed", error.person)


def http(request: Request, error: Exception) -> Response:
    """404 and the like."""
    assert isinstance(error, HTTPException)
    if request.url.path in FOR_MACHINES:
        return PlainTextResponse(f"{error.detail}\n", error.status_code)
    code = {404: "not_found", 405: "not_found", 413: "too_long"}.get(error.status_code, "wrong")
    return _page(request, error.status_code, code)


def unfit(request: Request, _error: Exception) -> Response:
    """No value of what it should be: a number that is none or too large, a letter that is none."""
    if request.method in ("GET", "HEAD"):
        return _page(request, 404, "not_found")
    return _page(request, 422, "wrong")


def away(request: Request, error: Exception) -> Response:
    """The database answers nothing: a plain page that asks again by itself."""
    why = str(error.orig) if isinstance(error, DBAPIError) else str(error)
    if request.url.path in FOR_MACHINES:
        first = redact(why).strip().splitlines()[:1]
        return PlainTextResponse(f"Not now: {''.join(first)}\n", 503)
    answer = _page(request, 503, "away")
    answer.headers["Retry-After"] = RETRY_AFTER
    return answer


def counting(request: Request, _error: Exception) -> Response:
    """Numbers that are not there yet: a page that asks again by itself."""
    answer = _page(request, 503, "counting")
    answer.headers["Retry-After"] = RETRY_AFTER
    return answer


def told(request: Request, error: Exception) -> Response:
    """An error of Tereze's own, in its own words."""
    assert isinstance(error, TerezeError)
    if request.url.path in FOR_MACHINES or isinstance(error.__cause__, OperationalError):
        return away(request, error)
    pages: Pages = request.app.state.pages
    return pages.render(request, None, "told.html", status=422, error=error)


def unforeseen(request: Request, _error: Exception) -> Response:
    """A fault of ours: a plain page; uvicorn writes what it was to the log."""
    return _page(request, 500, "wrong")


def _page(request: Request, status: int, code: str, person: Person | None = None) -> Response:
    pages: Pages = request.app.state.pages
    return pages.render(request, person, "problem.html", status=status, code=code)
