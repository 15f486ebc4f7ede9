"""Call-backs: what a body sends by itself once it has decided, and how it is told to fail in it."""

import asyncio
import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx
from httpx import HTTPError, InvalidURL

from sandbox.acts.faults import how, seconds
from sandbox.clock import Clock
from sandbox.faults.fault import Fault

_ATTEMPTS = 8
_FIRST_WAIT = 0.5  # seconds before the second attempt; then twice as long each time
_LATE = 5.0
_TIMEOUT = 10.0
_AT_ONCE = 20


@dataclass(order=True)
class _Due:
    at: float
    number: int
    url: str = field(compare=False)
    body: dict[str, Any] = field(compare=False)
    attempt: int = field(compare=False, default=1)


class CallBacks:
    """What is still to be sent, by the body's clock. Sent again where nobody takes it.

    They live in memory: a body that is switched off forgets them, and tells only when it is asked.
    """

    def __init__(self, clock: Clock, strike: Callable[[str], Fault | None]) -> None:
        self._clock = clock
        self._strike = strike
        self._due: list[_Due] = []
        self._kept: list[_Due] = []
        self._numbers = count()
        self._client: httpx.AsyncClient | None = None
        self._sending: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(_AT_ONCE)

    def plan(self, where: str, url: str, body: dict[str, Any], after: float) -> None:
        """Send a body to an address `after` seconds from now, or as a fault at `where` says."""
        due = _Due(self._clock.exact() + after, next(self._numbers), url, body)
        fault = self._strike(where)
        match how(fault):
            case "never":
                return
            case "late":
                assert fault is not None
                due.at += seconds(fault, _LATE)
            case "twice":
                self._push(_Due(due.at, next(self._numbers), url, body))
            case "unknown":
                unknown = body | {"key": f"unknown-{due.number}"}
                self._push(_Due(due.at, next(self._numbers), url, unknown))
            case "out_of_order":
                assert fault is not None
                due.at += seconds(fault, _LATE)  # where nothing comes after it
                self._kept.append(due)
                return
        self._push(due)
        self._push_kept(due.at)

    async def send_due(self) -> None:
        """Begin to send what is due now."""
        now = self._clock.exact()
        while self._due and self._due[0].at <= now:
            task = asyncio.create_task(self._send(heapq.heappop(self._due)))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)
        self._push_overdue(now)

    def _push(self, due: _Due) -> None:
        heapq.heappush(self._due, due)

    def _push_kept(self, after: float) -> None:
        """What was kept back goes right behind what came after it."""
        for due in self._kept:
            due.at = after + 0.1
            self._push(due)
        self._kept.clear()

    def _push_overdue(self, now: float) -> None:
        for due in [each for each in self._kept if each.at <= now]:
            self._kept.remove(due)
            self._push(due)

    async def _send(self, due: _Due) -> None:
        if self._client is None:
            # No proxy and no .netrc of this machine: a body calls whom it was told to call.
            self._client = httpx.AsyncClient(timeout=_TIMEOUT, trust_env=False)
        async with self._room:
            try:
                answer = await self._client.post(due.url, json=due.body)
                taken = answer.status_code < 500
            except (HTTPError, InvalidURL):
                taken = False
        if not taken and due.attempt < _ATTEMPTS:
            due.at = self._clock.exact() + _FIRST_WAIT * 2 ** (due.attempt - 1)
            due.attempt += 1
            self._push(due)
