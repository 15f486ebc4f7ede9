"""One page of a list, with the faults that were ordered for it."""

from dataclasses import dataclass
from typing import Any

from sandbox.clock import Clock
from sandbox.faults.board import FaultBoard
from sandbox.faults.fault import FIELD_KINDS, PAGE_KINDS, ROW_KINDS, Fault
from sandbox.faults.rows import Row, bend_fields, spoil_rows
from sandbox.history.local_time import DAY
from sandbox.state_corporation.dataset import Dataset
from sandbox.state_corporation.query import Query
from sandbox.truth import Truth

_LATER_PAGES = frozenset({"page_twice", "moving_rows"})  # they need a page before this one


@dataclass(frozen=True)
class Pager:
    """Answers pages as the body would, and as it was told to fail."""

    clock: Clock
    board: FaultBoard
    truth: Truth

    def page(self, dataset: Dataset, query: Query, request: str) -> dict[str, Any]:
        """The answer's body: items, page, total and the link to the next page or None."""
        now = self.clock.now()
        kinds = PAGE_KINDS if query.page > 1 else PAGE_KINDS - _LATER_PAGES
        kinds = kinds if dataset.moves else kinds - {"moving_rows"}
        struck = self.board.strike(kinds, dataset.path, now)
        self._prepare(dataset, query, (now, struck), request)
        committed = {fault.kind for fault in struck}
        seen_at = now - DAY if "yesterday" in committed else now
        keys = dataset.keys(query, seen_at)[: 0 if "empty" in committed else None]
        first = (query.page - 1 - ("page_twice" in committed)) * query.size
        rows = dataset.rows(keys[first : first + query.size], seen_at)
        more = query.page * query.size < len(keys)
        return {
            "items": self._spoilt(dataset, rows, now, request),
            "page": query.page,
            "total": len(keys),
            "next": query.at(query.page + 1).link(dataset.path) if more else None,
        }

    def _prepare(
        self, dataset: Dataset, query: Query, at: tuple[int, list[Fault]], request: str
    ) -> None:
        """Write the faults of this page into the truth, and move the rows that are to move."""
        now, struck = at
        for fault in struck:
            detail = ""
            if fault.kind == "page_twice":
                detail = f"page {query.page - 1} shown as {query.page}"
            elif fault.kind == "moving_rows":
                detail = self._move(dataset, query, now)
            self.truth.fault(fault, now, request, detail=detail)

    def _move(self, dataset: Dataset, query: Query, now: int) -> str:
        """Let the first row of all change, so that the rest moves up by one."""
        keys = dataset.keys(query, now)
        boundary = (query.page - 1) * query.size
        if not len(keys) > boundary:
            return "no row to move"
        moved, missed = dataset.rows(keys[[0, boundary]], now)
        dataset.touch(int(keys[0]), now)
        name = dataset.shape.number
        return f"moved {moved[name]} to the end; {missed[name]} slipped to the page before"

    def _spoilt(self, dataset: Dataset, rows: list[Row], now: int, request: str) -> list[Row]:
        if not rows:
            return rows
        possible = {kind for kind in ROW_KINDS if dataset.shape.can(kind)}
        for fault in self.board.strike(possible, dataset.path, now):
            rows, spoilt = spoil_rows(fault, rows, dataset.shape)
            self.truth.fault(fault, now, request, spoilt)
        for fault in self.board.strike(FIELD_KINDS, dataset.path, now):
            rows, name = bend_fields(fault, rows, dataset.shape)
            self.truth.fault(fault, now, request, detail=f"{name} of {len(rows)} records")
        return rows
