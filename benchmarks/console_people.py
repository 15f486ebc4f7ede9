"""`python -m benchmarks.console_people ADDRESS COOKIE PEOPLE REQUESTS`: so many people, clicking.

First each asks for the next page as soon as the last one is there, on a connection that is kept:
so many pages a second are the most. Then they click at a pace, together PACE pages a second: so
long does a page take.
The last line is what was measured, as JSON.
"""

import asyncio
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from html import unescape
from itertools import islice
from urllib.parse import urlsplit

import httpx
import orjson

LINK = re.compile(r'<a [^>]*?href="(/[^"]*)"')
AREAS = re.compile(r'<nav class="pages".*?</nav>', re.S)
ASSET = re.compile(r'(?:href|src)="(/static/[^"]*)"')
PACE = 150
FROM_EACH = 4
"""Links that are followed from each page of the navigation."""
NO_PAGES = ("/static", "/sign-out", "/password")


async def main(address: str, cookie: str, people: int, requests: int) -> dict[str, object]:
    """Look around once, then click."""
    limits = httpx.Limits(max_connections=people, max_keepalive_connections=people)
    async with httpx.AsyncClient(
        base_url=address, headers={"Cookie": cookie}, limits=limits, timeout=120
    ) as client:
        paint = await first_paint(client)
        pages = await look_around(client)
        rushed, failed, seconds = await click(client, pages, people, requests // 2, 0.0)
        taken, more, _ = await click(client, pages, people, requests // 2, people / PACE)
    count = sum(len(times) for times in rushed.values())
    every = sorted(each for times in taken.values() for each in times)
    slow = {page: _at(sorted(times), 0.95) for page, times in taken.items()}
    return {
        "requests": count + len(every),
        "failed": dict(failed + more),
        "pages": len(pages),
        "pages_a_second": round(count / seconds, 1),
        "p50": _at(every, 0.5),
        "p95": _at(every, 0.95),
        "p99": _at(every, 0.99),
        "first_paint": paint,
        "slowest": dict(sorted(slow.items(), key=lambda each: -each[1])[:8]),
    }


async def first_paint(client: httpx.AsyncClient) -> int:
    """Bytes over the line for Today with what it needs to be shown."""
    page = await client.get("/")
    page.raise_for_status()
    size = page.num_bytes_downloaded
    for asset in sorted(set(ASSET.findall(page.text))):
        size += (await client.get(asset)).num_bytes_downloaded
    return size


async def look_around(client: httpx.AsyncClient) -> list[str]:
    """The pages that are clicked on: the navigation's, and the first links of each of them."""
    start = (await client.get("/")).text
    navigation = AREAS.search(start)
    areas = list(dict.fromkeys(LINK.findall(navigation[0] if navigation else "")))
    found = dict.fromkeys(areas)
    for area in areas:
        text = AREAS.sub("", (await client.get(area)).text)
        found.update(dict.fromkeys(islice(_pages(text), FROM_EACH)))
    answers = {page: await client.get(page) for page in found}
    good = [page for page, answer in answers.items() if _is_page(answer)]
    if not good:
        raise RuntimeError("no page could be opened")
    return good


def _pages(text: str) -> Iterator[str]:
    for link in dict.fromkeys(LINK.findall(text)):
        if not link.startswith(NO_PAGES) and "format=csv" not in link:
            yield unescape(link)


def _is_page(answer: httpx.Response) -> bool:
    return answer.status_code == 200 and answer.headers["content-type"].startswith("text/html")


async def click(
    client: httpx.AsyncClient, pages: Sequence[str], people: int, requests: int, pace: float
) -> tuple[dict[str, list[float]], Counter[str], float]:
    """Seconds that each page took, how many failed with which status, and how long it all took.

    `pace` are the seconds from one click of a person to the next; 0 for as fast as can be.
    """
    taken: dict[str, list[float]] = defaultdict(list)
    failed: Counter[str] = Counter()

    async def person(number: int) -> None:
        start = time.perf_counter() + pace * number / people
        for turn in range(requests // people):
            await asyncio.sleep(max(start + turn * pace - time.perf_counter(), 0))
            # Each goes through the pages in an order of their own.
            page = pages[(number * 7 + turn * (1 + number % 3)) % len(pages)]
            began = time.perf_counter()
            answer = await client.get(page)
            taken[urlsplit(page).path].append(time.perf_counter() - began)
            if answer.status_code != 200:
                failed[str(answer.status_code)] += 1

    began = time.perf_counter()
    await asyncio.gather(*(person(number) for number in range(people)))
    return taken, failed, time.perf_counter() - began


def _at(ordered: Sequence[float], share: float) -> float:
    return round(ordered[min(int(len(ordered) * share), len(ordered) - 1)], 4)


if __name__ == "__main__":
    answer = asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
    print(orjson.dumps(answer).decode(), flush=True)
