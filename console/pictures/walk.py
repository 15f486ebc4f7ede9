"""Every page that the console has, found as a person finds them: from the navigation, by links."""

import re
import time
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urldefrag, urlencode, urljoin, urlsplit

import requests
from fastapi import FastAPI
from lxml import html
from starlette.routing import compile_path

from console.web.access import sign_in
from console.web.navigation import PLACES
from console.web.pages import ROUTERS

PATIENCE = 60.0
"""Seconds for one page: the first time some count a country."""
TRIES, PAUSE = 10, 2.0
"""How often, and after how many seconds, a page is asked again that counts something first."""
BASIS = "Looking at what the console shows"
"""Said where a page asks why somebody reads a person's record."""


@dataclass(frozen=True)
class Visited:
    """One page: its address, the route that made it, what came."""

    address: str
    template: str
    status: int
    kind: str
    text: str = field(repr=False)

    @cached_property
    def document(self) -> html.HtmlElement | None:
        """The page, read; None for what is no page."""
        if not self.kind.startswith("text/html") or not self.text.strip():
            return None
        return html.document_fromstring(self.text)

    @property
    def title(self) -> str:
        """Its heading."""
        found = self.document.xpath("//main//h1") if self.document is not None else []
        return " ".join(found[0].text_content().split()) if found else self.template

    def links(self) -> list[str]:
        """Where its content leads on this host, in order; no files."""
        if self.document is None:
            return []
        found = (urljoin(self.address, each) for each in self.document.xpath("//main//a/@href"))
        return [urldefrag(each)[0] for each in found if _is_page(each)] + self._asked()

    def _asked(self) -> list[str]:
        """Forms that lead to a page, filled with what they propose and a basis where one is due."""
        assert self.document is not None
        made = []
        for form in self.document.forms:
            if form.method.upper() == "GET":
                values = {name: value or "" for name, value in form.form_values()}
                values |= {name: BASIS for name in form.fields if name == "basis"}
                action = urljoin(self.address, form.action or self.address)
                made.append(f"{urlsplit(action).path}?{urlencode(values)}")
        return made


def _is_page(address: str) -> bool:
    parts = urlsplit(address)
    here = not parts.scheme and not parts.netloc
    return here and "format" not in dict(parse_qsl(parts.query))


class Map:
    """The routes of the console, by their templates: `/alerts/{fingerprint}`."""

    def __init__(self) -> None:
        app = FastAPI()
        for router in (sign_in.router, *ROUTERS):
            app.include_router(router)
        paths: Mapping[str, Any] = app.openapi()["paths"]
        self._pages = _patterns(paths, "get")
        self._forms = _patterns(paths, "post")

    def template(self, address: str) -> str | None:
        """The route of a page; None where no page has this address."""
        return _matching(self._pages, address)

    def of_form(self, address: str) -> str | None:
        """The route that takes a form sent to this address; None where none does."""
        return _matching(self._forms, address)


Patterns = list[tuple[str, re.Pattern[str]]]


def _patterns(paths: Mapping[str, Any], method: str) -> Patterns:
    return [(each, compile_path(each)[0]) for each, ways in paths.items() if method in ways]


def _matching(patterns: Patterns, address: str) -> str | None:
    path = urlsplit(address).path
    return next((name for name, each in patterns if each.match(path)), None)


def _asked(http: requests.Session, address: str) -> requests.Response:
    """The answer; where the console says that it is not ready yet, a later one.

    Each on a connection of its own: after a fault the server closes the one it came by.
    """
    for _ in range(TRIES):
        answer = http.get(address, timeout=PATIENCE, headers={"Connection": "close"})
        if answer.status_code != 503 or "Retry-After" not in answer.headers:
            break
        time.sleep(PAUSE)
    return answer


def walk(http: requests.Session, base: str, known: Map, each: int = 1) -> Iterator[Visited]:
    """Follow links from the navigation; of each route the first so many addresses.

    `http` carries the cookie of somebody signed in; they find what their rights show them.
    """
    seen: dict[str, list[str]] = {}
    waiting = deque(place.path for place in PLACES)
    while waiting:
        address = waiting.popleft()
        template = known.template(address)
        before = seen.setdefault(template or "", [])
        if template is None or address in before or len(before) >= each:
            continue
        before.append(address)
        answer = _asked(http, base + address)
        kind = answer.headers.get("content-type", "")
        came_to = urlsplit(answer.url)
        arrived = came_to.path + (f"?{came_to.query}" if came_to.query else "")
        visited = Visited(
            arrived, known.template(arrived) or template, answer.status_code, kind, answer.text
        )
        yield visited
        waiting.extend(visited.links())
