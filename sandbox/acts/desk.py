"""The desk of an acting body: where requests come in, are worked on, and fail as told."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from inspect import isawaitable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.acts import answers
from sandbox.acts.call_backs import CallBacks
from sandbox.acts.faults import ANSWER, CALL_BACK, DOWN, Struck, how, possible, seconds, struck
from sandbox.acts.ledger import Ledger
from sandbox.clock import Clock
from sandbox.control import Control
from sandbox.faults.board import FaultBoard
from sandbox.faults.fault import Fault
from sandbox.history.local_time import wall_now

Work = Callable[[Struck], Response | Awaitable[Response]]
_SLOW = 5.0
_LATER = {"Retry-After": "5"}


@dataclass(frozen=True)
class Acting:
    """The options of an acting body.

    `after` is how long it takes a body to decide, in seconds of its clock; `now` in local seconds,
    the present where it is None; `ledger` a file that the ledger is kept in.
    """

    host: str = "127.0.0.1"
    port: int = 0
    seed: int = 1
    after: float = 1.0
    now: float | None = None
    speed: float = 1.0
    ledger: Path | None = None


class Desk:
    """What every acting body has. `kinds` are faults beside those of every answer."""

    def __init__(self, name: str, settings: Acting, kinds: Collection[str] = ()) -> None:
        self.name = name
        self.settings = settings
        now = wall_now() if settings.now is None else settings.now
        self.clock = Clock(now, settings.speed)
        self.ledger = Ledger(self.clock, settings.ledger)
        self.board = FaultBoard(ANSWER | {DOWN} | set(kinds), settings.seed)
        self.call_backs = CallBacks(self.clock, self._struck_call_back)

    def routes(self, from_outside: bool = False) -> list[Route]:
        """The ledger and the control endpoints; no fault strikes them.

        `from_outside` says that they are on a socket that stays when the body goes down.
        """

        def check(fault: Fault) -> None:
            possible(fault, self.clock, from_outside)

        control = Control(self.name, self.clock, self.board, ordered=check)
        return [Route("/ledger", self._ledger), *control.routes()]

    async def answer(self, where: str, work: Work) -> Response:
        """Do the work of a request and answer it, as the faults want.

        `where` is its path or operation with the method behind it, such as `/queue POST`. `work`
        is given the faults that struck: `refuse`, `fault_inside` and those of XML are its own to
        commit, since only the body knows how it says such things.
        """
        if self._down("503"):
            return JSONResponse({"error": "down for maintenance"}, 503, _LATER)
        hit = struck(self.board, where, self.clock.exact())
        slow, broken = hit.get("slow"), hit.get("500")
        if slow and how(slow, "after") == "before":
            await asyncio.sleep(seconds(slow, _SLOW))
        if broken and how(broken, "before") == "before":
            return _broken(broken)
        done = work(hit)
        response = await done if isawaitable(done) else done
        if slow and how(slow, "after") == "after":
            await asyncio.sleep(seconds(slow, _SLOW))
        return _spoilt(response, hit)

    @property
    def listens(self) -> bool:
        """Whether connections are taken now."""
        return not self._down("refuse")

    async def tick(self) -> None:
        """Do what has become due."""
        await self.call_backs.send_due()

    def _down(self, way: str) -> bool:
        active = self.board.active(self.clock.exact())
        return any(fault.kind == DOWN and how(fault, "refuse") == way for fault in active)

    def _struck_call_back(self, where: str) -> Fault | None:
        found = self.board.strike({CALL_BACK}, where, self.clock.exact(), most=1)
        return found[0] if found else None

    async def _ledger(self, _request: Request) -> Response:
        return JSONResponse(self.ledger.as_json())


def _broken(fault: Fault) -> Response:
    return JSONResponse({"error": "internal error"}, int(fault.options.get("value", 500)))


def _spoilt(response: Response, hit: Struck) -> Response:
    if broken := hit.get("500"):
        return _broken(broken)
    if lost := hit.get("lose_answer"):
        return answers.half(response) if how(lost) == "half" else answers.Lost()
    if large := hit.get("oversized"):
        size = int(large.options.get("value", answers.OVERSIZED))
        return answers.oversized(response, size)
    return response
