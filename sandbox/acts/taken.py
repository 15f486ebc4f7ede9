"""Requests that a body takes in now and decides later: told by a call-back, or when asked."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from sandbox.acts.desk import Desk
from sandbox.acts.faults import Struck
from sandbox.acts.ledger import Entry
from sandbox.acts.rest import Content, route, told, wrong
from sandbox.history.local_time import OFFSET_SECONDS

Decision = dict[str, Any]
Decide = Callable[[Content], Decision]


@dataclass(frozen=True)
class Kind:
    """One kind of request.

    `operation` is what the ledger calls it (taking it back is `operation` with `.undo`), `letters`
    begin its numbers. `decide` answers `{state, …}`, with `reason` and `grounds` where the state
    is `refused`. With `once`, the same key is taken in once only.
    """

    operation: str
    path: str
    letters: str
    needs: Collection[str]
    decide: Decide
    once: bool
    kept: Collection[str] = field(default_factory=tuple)


def refused(reason: str, grounds: str) -> Decision:
    """The decision that says no, and why."""
    return {"state": "refused", "reason": reason, "grounds": grounds}


class Taken:
    """`POST path`, `GET path/{key}` and `DELETE path/{key}` of one kind of request."""

    def __init__(self, desk: Desk, kind: Kind) -> None:
        self._desk = desk
        self._kind = kind

    def routes(self) -> list[Route]:
        """The three routes."""
        path = self._kind.path
        return [
            route(self._desk, "POST", path, self._take, ("key", *self._kind.needs)),
            route(self._desk, "GET", f"{path}/{{key}}", self._tell),
            route(self._desk, "DELETE", f"{path}/{{key}}", self._take_back),
        ]

    def _take(self, asked: Content, hit: Struck) -> Response:
        kind, ledger = self._kind, self._desk.ledger
        if not str(asked.get("reply_to") or "http://").startswith(("http://", "https://")):
            return wrong(422, "reply_to is no address")
        entry = ledger.last(asked["key"], kind.operation)
        if entry is None or not kind.once:
            count = ledger.count(kind.operation) + 1
            decision = _told_to_refuse() if "refuse" in hit else kind.decide(asked)
            what = {name: asked[name] for name in (*kind.needs, *kind.kept) if name in asked}
            what |= {"number": f"{kind.letters}-{count:06d}", "decision": decision}
            entry = ledger.write(kind.operation, asked["key"], what)
        if reply_to := asked.get("reply_to"):
            self._plan(entry, str(reply_to))
        return told({"key": entry.key, "number": entry.what["number"], "state": "accepted"}, 202)

    def _plan(self, entry: Entry, reply_to: str) -> None:
        where = f"{self._kind.path} CALL-BACK"
        body = {"key": entry.key, "number": entry.what["number"], **entry.what["decision"]}
        self._desk.call_backs.plan(where, reply_to, body, self._desk.settings.after)

    def _tell(self, asked: Content, hit: Struck) -> Response:  # noqa: ARG002 - as all work
        entry = self._desk.ledger.last(asked["key"], self._kind.operation)
        if entry is None:
            return _absent()
        told_of = {"key": entry.key, "number": entry.what["number"]}
        if self._desk.ledger.last(entry.key, self._undone):
            return told({**told_of, "state": "withdrawn"})
        if not self._decided(entry):
            return told({**told_of, "state": "accepted"})
        return told({**told_of, **entry.what["decision"]})

    def _take_back(self, asked: Content, hit: Struck) -> Response:
        ledger, key = self._desk.ledger, asked["key"]
        entry = ledger.last(key, self._kind.operation)
        if entry is None:
            return _absent()
        if "refuse" in hit:
            return wrong(409, "it cannot be taken back any more")
        if ledger.last(key, self._undone) is None:
            ledger.write(self._undone, key, {"number": entry.what["number"]})
        return told({"key": key, "number": entry.what["number"], "state": "withdrawn"})

    @property
    def _undone(self) -> str:
        return f"{self._kind.operation}.undo"

    def _decided(self, entry: Entry) -> bool:
        taken = datetime.fromisoformat(entry.at).timestamp() + OFFSET_SECONDS
        return self._desk.clock.exact() >= taken + self._desk.settings.after


def _told_to_refuse() -> Decision:
    return refused("The body was told to refuse", "paragraph 1 of the stand-in's rules")


def _absent() -> Response:
    return told({"state": "absent", "error": "nothing is known of this key"}, 404)
