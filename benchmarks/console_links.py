"""Which pages are clicked on: those of the navigation, and what they lead to."""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import httpx

LINK = re.compile(r'<a [^>]*?href="(/[^"]*)"')
AREAS = re.compile(r'<nav class="pages".*?</nav>', re.S)
ASSET = re.compile(r'(?:href|src)="(/static/[^"]*)"')
NO_PAGES = ("/static", "/sign-out", "/password")
FROM_EACH = 6
"""Links that are followed from each page of the navigation, each to a page of another kind."""
COUNTED_WITHIN = 150
"""Seconds in which a page that has to count first is there."""


async def look_around(client: httpx.AsyncClient, cookie: str) -> tuple[list[str], Counter[str]]:
    """The pages that somebody finds, and what failed: what the navigation leads to must open."""
    headers, failed = {"Cookie": cookie}, Counter[str]()
    navigation = AREAS.search((await _counted(client, "/", headers)).text)
    areas = dict.fromkeys(LINK.findall(navigation[0] if navigation else ""))
    found: dict[str, httpx.Response] = {}
    for area in areas:
        found[area] = await _counted(client, area, headers)
        for link in _of_each_kind(AREAS.sub("", found[area].text)):
            if link not in found:
                found[link] = await _counted(client, link, headers)
    for page, answer in found.items():
        if answer.status_code >= (400 if page in areas else 500):
            failed[f"{answer.status_code} {page}"] += 1
    return [page for page, answer in found.items() if _is_page(answer)], failed


async def _counted(client: httpx.AsyncClient, page: str, headers: dict[str, str]) -> httpx.Response:
    """The page, asked for again while it says that it is still being counted."""
    until = time.monotonic() + COUNTED_WITHIN
    while True:
        try:
            answer = await client.get(page, headers=headers)
        except httpx.TransportError as error:
            return httpx.Response(500, text=type(error).__name__)
        if answer.status_code != 503 or time.monotonic() > until:
            return answer
        await asyncio.sleep(2)


def _is_page(answer: httpx.Response) -> bool:
    return answer.status_code == 200 and answer.headers["content-type"].startswith("text/html")


def _of_each_kind(text: str) -> list[str]:
    """The first link to each kind of page."""
    kinds = {_kind(link): link for link in reversed([*_links(text)])}
    return [*reversed(kinds.values())][:FROM_EACH]


def _links(text: str) -> Iterator[str]:
    for link in LINK.findall(text):
        if not link.startswith(NO_PAGES) and "format=csv" not in link:
            yield unescape(link)


def _kind(link: str) -> tuple[str, ...]:
    """Its path, what stands for a number or a code left out, and the names in its query."""
    parts = urlsplit(link)
    path = re.sub(r"/[^/]*\d[^/]*", "/*", parts.path)
    return (path, *sorted(name for name, _ in parse_qsl(parts.query)))
