"""`python -m benchmarks.console_people ADDRESS REQUESTS < COOKIES`: people, clicking.

COOKIES is a list in JSON, one of each person. First each asks for the next page as
soon as the last one is there, on a connection that is kept: so many pages a second are the most.
Then they click at a pace, together PACE pages a second: so long does a page take. No request is
waited for longer than PATIENCE, and no part takes longer than LONGEST. The last line is what was
measured, as JSON.
"""

import asyncio
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx
import orjson
import uvloop

from benchmarks.console_line import BROKEN, Line
from benchmarks.console_links import ASSET, look_around

PACE = 150
PATIENCE = 20
"""Seconds for one request, whatever it is; the console bounds its own work by ten."""
LONGEST = 420
"""Seconds for each of the two parts."""
HOPELESS = 200
"""So many failures, and the rest is not tried."""


@dataclass
class Clicked:
    """Seconds that each page took, what failed how often, and how long it all took."""

    taken: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failed: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def every(self) -> list[float]:
        """The seconds of all pages, in order."""
        return sorted(each for times in self.taken.values() for each in times)


async def main(address: str, cookies: Sequence[str], requests: int) -> dict[str, object]:
    """Everybody looks around once, all at the same time; then they click."""
    many = len(cookies)
    limits = httpx.Limits(max_connections=many, max_keepalive_connections=many)
    async with httpx.AsyncClient(base_url=address, limits=limits, timeout=PATIENCE) as client:
        paint = await first_paint(client, cookies[0])
        around = await asyncio.gather(*(look_around(client, cookie) for cookie in cookies))
        walks = [(cookie, pages) for cookie, (pages, _) in zip(cookies, around, strict=True)]
        opened = sum(len(pages) + len(more) for pages, more in around)
    rushed = await click(address, walks, requests // 2, 0.0)
    paced = await click(address, walks, requests // 2, many / PACE)
    for _, failed in around:
        rushed.failed.update(failed)
    return _told(rushed, paced) | {
        "pages": len({urlsplit(page).path for _, found in walks for page in found}),
        "looked_around": opened,
        "first_paint": paint,
    }


def _told(rushed: Clicked, paced: Clicked) -> dict[str, object]:
    every = paced.every
    slow = {page: _at(sorted(times), 0.95) for page, times in paced.taken.items()}
    return {
        "requests": len(rushed.every) + len(every),
        "failed": dict(rushed.failed + paced.failed),
        "pages_a_second": round(len(rushed.every) / rushed.seconds, 1),
        "at_a_pace_of": round(len(every) / paced.seconds, 1),
        "p50": _at(every, 0.5),
        "p95": _at(every, 0.95),
        "p99": _at(every, 0.99),
        "slowest": dict(sorted(slow.items(), key=lambda each: -each[1])[:12]),
    }


async def first_paint(client: httpx.AsyncClient, cookie: str) -> int:
    """Bytes over the line for Today with what it needs to be shown."""
    page = await client.get("/", headers={"Cookie": cookie})
    page.raise_for_status()
    size = page.num_bytes_downloaded
    for asset in sorted(set(ASSET.findall(page.text))):
        size += (await client.get(asset)).num_bytes_downloaded
    return size


async def click(
    address: str,
    walks: Sequence[tuple[str, Sequence[str]]],
    requests: int,
    pace: float,
) -> Clicked:
    """Send so many requests, as many for each; a walk is a cookie and the pages that it opens.

    Each has a connection of their own, as a browser would.
    `pace` are the seconds from one click of a person to the next; 0 for as fast as can be.
    """
    clicked = Clicked()
    began = time.perf_counter()

    async def person(number: int, cookie: str, pages: Sequence[str]) -> None:
        start, line = began + pace * number / len(walks), Line(address)
        for turn in range(requests // len(walks)):
            if clicked.failed.total() >= HOPELESS:
                return
            await asyncio.sleep(max(start + turn * pace - time.perf_counter(), 0))
            # Each goes through the pages in an order of their own.
            page = pages[(number * 7 + turn * (1 + number % 3)) % len(pages)]
            await _open(line, cookie, page, clicked)
        line.close()

    with suppress(TimeoutError):  # what was measured until then stands; the end is counted below
        async with asyncio.timeout(LONGEST):
            await asyncio.gather(*(person(at, *walk) for at, walk in enumerate(walks)))
    clicked.seconds = time.perf_counter() - began
    if clicked.seconds >= LONGEST:
        clicked.failed["not in time"] += 1
    return clicked


async def _open(line: Line, cookie: str, page: str, clicked: Clicked) -> None:
    began = time.perf_counter()
    path = urlsplit(page).path
    try:
        status = await line.get(page, cookie, PATIENCE)
    except BROKEN as error:
        clicked.failed[f"{type(error).__name__} {path}"] += 1
        return
    clicked.taken[path].append(time.perf_counter() - began)
    if status != 200:
        clicked.failed[f"{status} {path}"] += 1


def _at(ordered: Sequence[float], share: float) -> float:
    if not ordered:
        return float("inf")
    return round(ordered[min(int(len(ordered) * share), len(ordered) - 1)], 4)


if __name__ == "__main__":
    answer = uvloop.run(main(sys.argv[1], orjson.loads(sys.stdin.read()), int(sys.argv[2])))
    print(orjson.dumps(answer).decode(), flush=True)
