"""The HTTP application of the State Corporation's stand-in."""

import asyncio
import hmac
from collections.abc import Callable, Coroutine
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.clock import Clock
from sandbox.control import Control
from sandbox.documents.openapi import document
from sandbox.faults.board import FaultBoard
from sandbox.faults.fault import ALL_KINDS, ANSWER_KINDS, FIELD_KINDS, ROW_KINDS, Fault
from sandbox.faults.rows import Row, bend_fields
from sandbox.functions.planted import rows as function_rows
from sandbox.history.local_time import naive
from sandbox.history.world import World
from sandbox.register.channels import channel_rows
from sandbox.register.offices import office_rows
from sandbox.register.organisations import organisation_rows
from sandbox.register.regions import region_rows
from sandbox.register.services import service_rows
from sandbox.register.standards import standard_rows
from sandbox.state_corporation.answers import cut, hang, refusal, whole, wrong, wrongly_encoded
from sandbox.state_corporation.applications import Applications
from sandbox.state_corporation.dataset import Dataset, FixedDataset
from sandbox.state_corporation.events import Events
from sandbox.state_corporation.pages import Pager
from sandbox.state_corporation.query import Query, parse_query
from sandbox.truth import Truth

KEY_HEADER = "X-Api-Key"
DOCUMENT = "/openapi.json"
_SHOWN = 2_000  # records of each list that the document is made from
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class StateCorporation:
    """One stand-in: its lists, its faults and its key."""

    def __init__(self, world: World, clock: Clock, truth: Truth, key: str) -> None:
        self._key = key.encode()
        self._clock = clock
        self._anchor = int(world.anchor)
        self._truth = truth
        self.board = FaultBoard(ALL_KINDS, world.seed)
        self._pager = Pager(clock, self.board, truth)
        lists: list[Dataset] = [Applications(world, truth), Events(world, truth), *_register()]
        lists += _functions(f"{naive(clock.now()):%Y-%m-%d}")
        self._datasets = {one.path: one for one in lists}
        self._samples: dict[str, list[Row]] = {}

    def app(self) -> Starlette:
        """The ASGI application."""
        control = Control(
            "state_corporation", self._clock, self.board, self._truth, ordered=self._possible
        )
        lists = [Route(path, self._handler(one)) for path, one in self._datasets.items()]
        return Starlette(routes=[*lists, Route(DOCUMENT, self._document), *control.routes()])

    async def _document(self, request: Request) -> Response:
        """What the lists answer now, for anybody; it fails as they do when told so by its path."""
        struck = self.board.strike(ANSWER_KINDS | {"cut_off"}, DOCUMENT, self._clock.now(), most=1)
        content = await asyncio.to_thread(self._described)
        for fault in struck:
            self._truth.fault(fault, self._clock.now(), DOCUMENT)
            if fault.kind == "cut_off":
                return cut(content, fault)
            return await hang(request, fault) if fault.kind == "time_out" else refusal(fault)
        return whole(content)

    def _described(self) -> dict[str, Any]:
        shown = {path: self._shown(one) for path, one in self._datasets.items()}
        return document("The State Corporation's stand-in", KEY_HEADER, shown)

    def _shown(self, dataset: Dataset) -> list[Row]:
        """Records of the history, bent as the faults of fields bend those of a page.

        Always the same ones: the document changes with the faults and with nothing else.
        """
        rows = self._sample(dataset)
        for fault in self.board.active(self._clock.now()):
            if fault.kind in FIELD_KINDS and dataset.path.startswith(fault.path):
                rows, _ = bend_fields(fault, rows, dataset.shape)
        return rows

    def _sample(self, dataset: Dataset) -> list[Row]:
        if dataset.path not in self._samples:
            keys = dataset.keys(Query(), self._anchor)
            keys = keys[:: len(keys) // _SHOWN + 1]
            self._samples[dataset.path] = dataset.rows(keys, self._anchor)
        return self._samples[dataset.path]

    def _possible(self, fault: Fault) -> None:
        """Refuse an order that could never strike.

        Raises:
            ValueError: no list has this path, or its records lack the field to be spoilt.
        """
        if fault.path == DOCUMENT and fault.kind in ANSWER_KINDS | {"cut_off"}:
            return
        hit = [one for path, one in self._datasets.items() if path.startswith(fault.path)]
        if not hit:
            raise ValueError(f"path {fault.path!r} is none of {', '.join(self._datasets)}")
        if fault.kind in ROW_KINDS and not any(one.shape.can(fault.kind) for one in hit):
            raise ValueError(f"records of {fault.path} have no field for {fault.kind}")
        if fault.kind == "moving_rows" and not any(one.moves for one in hit):
            raise ValueError(f"rows of {fault.path} do not move; those of /applications do")

    def _handler(self, dataset: Dataset) -> Handler:
        async def handle(request: Request) -> Response:
            if not hmac.compare_digest(_given_key(request), self._key):
                return wrong(401, f"the header {KEY_HEADER} is missing or wrong")
            try:
                query = parse_query(request.query_params)
            except ValueError as error:
                return wrong(400, str(error))
            asked = f"{request.url.path}?{request.url.query}"
            for fault in self._struck(ANSWER_KINDS, dataset, asked):
                return await hang(request, fault) if fault.kind == "time_out" else refusal(fault)
            return self._bytes(dataset, self._pager.page(dataset, query, asked), asked)

        return handle

    def _bytes(self, dataset: Dataset, content: dict[str, Any], asked: str) -> Response:
        for fault in self._struck({"cut_off"}, dataset, asked):
            return cut(content, fault)
        for fault in self._struck({"wrong_encoding"}, dataset, asked):
            return wrongly_encoded(content, fault)
        return whole(content)

    def _struck(
        self, kinds: frozenset[str] | set[str], dataset: Dataset, asked: str
    ) -> list[Fault]:
        now = self._clock.now()
        struck = self.board.strike(kinds, dataset.path, now, most=1)
        for fault in struck:
            self._truth.fault(fault, now, asked)
        return struck


def _given_key(request: Request) -> bytes:
    return request.headers.get(KEY_HEADER, "").encode()


def _register() -> list[FixedDataset]:
    lists: dict[str, tuple[list[Any], str]] = {
        "services": (service_rows(), "code"),
        "standards": (standard_rows(), "service"),
        "organisations": (organisation_rows(), "code"),
        "offices": (office_rows(), "code"),
        "regions": (region_rows(), "kato"),
        "channels": (channel_rows(), "code"),
    }
    return [FixedDataset(f"/register/{name}", *given) for name, given in lists.items()]


def _functions(day: str) -> list[FixedDataset]:
    """What the bodies offer and what is used, as of the day the stand-in began."""
    return [
        FixedDataset("/functions/operations", function_rows("operation", day), "code"),
        FixedDataset("/functions/fees", function_rows("fee", day), "code"),
        FixedDataset("/functions/forms", function_rows("form", day), "code"),
    ]
