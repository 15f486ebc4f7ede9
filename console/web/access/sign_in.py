"""Sign-in by name and password, sign-out, a password of one's own, the language."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.web.access import sessions, users
from console.web.access.guard import COOKIE, Form, Meant, Sent, signed_in
from console.web.access.passwords import SHORTEST
from console.web.access.rights import Person
from console.web.access.throttle import Throttle
from console.web.rendering import COOKIE as LANGUAGE
from console.web.rendering import Pages
from models import trail

YEAR = 365 * 24 * 3600
KEPT = "kept:"
"""What was typed before the session ended comes back under names that begin so."""
router = APIRouter()
_throttle = Throttle(per_minute=30)


def local(then: str | None) -> str:
    """An address of this console; anything else leads to the first page.

    Browsers read a backslash as a slash, and pass over tabs and line breaks (WHATWG URL, 4.4).
    """
    if then is None or not then.startswith("/") or then[1:2] in ("/", "\\"):
        return "/"
    return then if then.isprintable() else "/"


@router.get("/sign-in")
def form(
    request: Request,
    person: Annotated[Person | None, Depends(signed_in)],
    then: str = "/",
) -> Response:
    """The form."""
    if person is not None:
        return RedirectResponse(local(then), 303)
    return page(request, then=then)


@router.post("/sign-in")
def sign_in(request: Request, given: Form) -> Response:
    """Let somebody in, or say why not; what they had typed before goes on."""
    moment = datetime.now(UTC)
    where = request.client.host if request.client else ""
    rules = request.app.state.environment.console.sign_in
    then, kept = local(given.get("then")), _kept(given)
    if given.get("do") == "speak":  # only another language: nothing of it is tried
        return page(request, then=then, kept=kept, name=given.get("name"))
    if not rules.local or _throttle.too_often(where, moment):
        return page(request, then=then, kept=kept, problem="often", status=429)
    with request.app.state.database.engine().begin() as connection:
        name = users.let_in(connection, given.get("name"), given.get("password"), rules, moment)
        if isinstance(name, users.Refused):
            return page(
                request, then=then, kept=kept, problem=name.code, name=given.get("name"), status=401
            )
        token = sessions.begin(connection, name, rules, moment)
        trail.record(
            connection, actor=f"person:{name}", action="console_sign_in", subject=name, details={}
        )
    return entered(request, token, then, kept)


def entered(request: Request, token: str, then: str, kept: Sent | None = None) -> Response:
    """On to where they wanted, with the session's cookie; a form they had typed waits there."""
    pages: Pages = request.app.state.pages
    answer: Response
    if kept is None:
        answer = RedirectResponse(then, 303)
    else:
        with request.app.state.database.engine().begin() as connection:
            rules = request.app.state.environment.console.sign_in
            person = sessions.find(connection, token, rules, datetime.now(UTC))
        answer = pages.render(request, person, "again.html", to=then, kept=kept)
    answer.set_cookie(COOKIE, token, httponly=True, samesite="lax", secure=_by_tls(request))
    return answer


def _by_tls(request: Request) -> bool:
    """Whether people come by TLS, also where another server ends it before us."""
    address = request.app.state.environment.console.address or ""
    return request.url.scheme == "https" or address.startswith("https:")


@router.post("/sign-out")
def sign_out(request: Request, person: Meant) -> Response:
    """End the session."""
    with request.app.state.database.engine().begin() as connection:
        sessions.end(connection, request.cookies.get(COOKIE, ""))
        trail.record(
            connection, actor=person.actor, action="console_sign_out", subject=person.name,
            details={},
        )  # fmt: skip
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(COOKIE)
    return answer


@router.get("/password")
def password(request: Request, person: Annotated[Person | None, Depends(signed_in)]) -> Response:
    """The form for a password of one's own."""
    if person is None:
        return RedirectResponse("/sign-in", 303)
    pages: Pages = request.app.state.pages
    return pages.render(request, person, "password.html", problem=None)


@router.post("/password")
def change(request: Request, person: Meant, given: Form) -> Response:
    """Keep it; everywhere else they are signed out."""
    rules = request.app.state.environment.console.sign_in
    moment = datetime.now(UTC)
    with request.app.state.database.engine().begin() as connection:
        known = users.let_in(connection, person.name, given.get("old"), rules, moment)
        problem = _problem(known, given)
        if problem is None:
            users.change_password(connection, person.name, given.get("new"))
            sessions.end_all(connection, person.name)
            token = sessions.begin(connection, person.name, rules, moment)
    if problem is not None:
        pages: Pages = request.app.state.pages
        return pages.render(request, person, "password.html", status=422, problem=problem)
    return entered(request, token, "/")


def _problem(known: object, given: Sent) -> str | None:
    if isinstance(known, users.Refused):
        return known.code
    if len(given.get("new")) < SHORTEST:
        return "short"
    return None if given.get("new") == given.get("again") else "differ"


@router.post("/language")
def language(request: Request, given: Form) -> Response:
    """Remember the language; it concerns nobody else, so it needs no session."""
    pages: Pages = request.app.state.pages
    answer = RedirectResponse(local(given.get("then")), 303)
    if given.get("language") in pages.languages:
        answer.set_cookie(LANGUAGE, given.get("language"), max_age=YEAR, samesite="lax")
    return answer


def page(
    request: Request,
    *,
    then: str,
    kept: Sent | None = None,
    problem: str | None = None,
    name: str = "",
    status: int = 200,
) -> Response:
    """The form, with what went wrong and with what is to go on afterwards."""
    pages: Pages = request.app.state.pages
    values: dict[str, Any] = {
        "then": local(then),
        "kept": kept,
        "problem": problem,
        "name": name,
        "rules": request.app.state.environment.console.sign_in,
    }
    return pages.render(request, None, "sign_in.html", status=status, **values)


def _kept(given: Sent) -> Sent | None:
    values = [(k.removeprefix(KEPT), v) for k, v in given.values if k.startswith(KEPT)]
    return Sent(values) if values else None
