"""Another language in the middle of a form: the page once more, with what was typed in it.

The languages' buttons send the form that is being filled in (layout.html) to its own page with
`?speak=` and a language. With `&typed=` and the form's id the page is read anew, as if it had been
asked for, and what was typed is put back: so whatever the form does is not done. Without `typed`
the form goes to its page as it is, with a deed that only shows it again.
"""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.web import problems
from console.web.access.guard import NotSignedIn, sent
from console.web.rendering import COOKIE, Pages
from console.web.retyping import retyped

SPEAK, TYPED = "speak", "typed"
YEAR = 365 * 24 * 3600
_OF_THE_FORM = (b"content-type", b"content-length")


class Speaking:
    """Answers forms that were sent for the sake of another language; passes on all the rest."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """In the language that is asked for, which is kept as by its button anywhere else."""
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        asked = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        pages: Pages = scope["app"].state.pages
        language = asked.get(SPEAK)
        if language not in pages.languages:
            await self._app(scope, receive, send)
            return
        said = _said(scope, asked, language)
        if TYPED in asked:
            request = Request({**said, "query_string": scope["query_string"]}, receive)
            await self._again(request, said, asked[TYPED], _kept(send, language))
        else:
            await self._app(said, receive, _kept(send, language))

    async def _again(self, request: Request, said: Scope, form: str, send: Send) -> None:
        try:
            given = await sent(request)
        except HTTPException as error:
            await problems.http(request, error)(said, request.receive, send)
            return
        status, headers, body = await self._read(said)
        if status == 200 and headers.get("content-type", "").startswith("text/html"):
            page = retyped(body.decode(), given, form)
            kept = {"Cache-Control": headers.get("cache-control", "no-store")}
            await HTMLResponse(page, headers=kept)(said, request.receive, send)
        elif status == 303 and headers.get("location", "").startswith("/sign-in"):
            answer = problems.not_signed_in(request, NotSignedIn(given))
            await answer(said, request.receive, send)
        else:
            await HTMLResponse(body, status, dict(headers))(said, request.receive, send)

    async def _read(self, said: Scope) -> tuple[int, Headers, bytes]:
        """The page as somebody gets it who asks for it."""
        start: dict[str, Any] = {}
        parts: list[bytes] = []
        asked: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive() -> Message:
            return asked.pop() if asked else {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            start.update(message if message["type"] == "http.response.start" else {})
            parts.append(message.get("body", b""))

        headers = [each for each in said["headers"] if each[0] not in _OF_THE_FORM]
        await self._app({**said, "method": "GET", "headers": headers}, receive, send)
        return start["status"], Headers(raw=start["headers"]), b"".join(parts)


def _said(scope: Scope, asked: dict[str, str], language: str) -> Scope:
    """The request without what it says of languages, from somebody who has chosen this one."""
    rest = urlencode({name: value for name, value in asked.items() if name not in (SPEAK, TYPED)})
    cookies = [value for name, value in scope["headers"] if name == b"cookie"]
    # Where one is there twice, the last counts.
    cookies.append(f"{COOKIE}={language}".encode())
    others = [each for each in scope["headers"] if each[0] != b"cookie"]
    headers = [*others, (b"cookie", b"; ".join(cookies))]
    return {**scope, "query_string": rest.encode(), "headers": headers}


def _kept(send: Send, language: str) -> Send:
    """The answer with the cookie that remembers the language."""
    cookie = Response()
    cookie.set_cookie(COOKIE, language, max_age=YEAR, samesite="lax")
    [value] = [value for name, value in cookie.raw_headers if name == b"set-cookie"]

    async def with_cookie(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], (b"set-cookie", value)]}
        await send(message)

    return with_cookie
