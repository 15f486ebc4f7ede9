"""Lists of applications, read in pages from a cursor on, and the ways in which they lie."""

from collections.abc import Mapping
from typing import Any

from sandbox.clock import Clock
from sandbox.faults.fault import Fault
from sandbox.faults.rows import Row, spoil_rows
from sandbox.fleet.board import Board, Order
from sandbox.history.local_time import DAY, parse
from sandbox.history.world import World
from sandbox.state_corporation.applications import Applications
from sandbox.state_corporation.query import parse_query
from sandbox.truth import Truth

Page = dict[str, Any]
STATUS = {"result": "issued"}
"""What every row says of a list that knows one status only."""
GONE = "channel"
"""The field that vanishes."""


class Refused(Exception):
    """The list answers an error of its own."""


class Applicants:
    """The list of one body."""

    def __init__(self, body: str, board: Board, clock: Clock, world: World) -> None:
        self.body = body
        self.world = world
        self._board = board
        self._clock = clock
        self._rows = Applications(world, Truth(world, "F-"))
        self._last: Page | None = None

    def page(self, parameters: Mapping[str, str]) -> Page:
        """The answer to a request for a page.

        Raises:
            ValueError: the request is not understood.
            Refused: the list fails.
        """
        now, query = self._clock.now(), parse_query(parameters)
        orders = self._board.at(self.body, now)
        if "list_fails" in orders:
            raise Refused
        if "repeated_batch" in orders and self._last is not None:
            return self._last
        seen_at = now - DAY if "yesterday" in orders else now
        keys = self._rows.keys(query, seen_at)
        first = (query.page - 1) * query.size
        rows = self._rows.rows(keys[first : first + query.size], seen_at)
        more = first + query.size < len(keys)
        page = {
            "items": self._spoilt(rows, orders),
            "total": len(keys),
            "next": f"/{self.body}{query.at(query.page + 1).link('/applications')}"
            if more
            else None,
        }
        if rows:
            self._last = page
        return page

    def _spoilt(self, rows: list[Row], orders: dict[str, Order]) -> list[Row]:
        if not rows:
            return rows
        if bad := orders.get("bad_rows"):
            fault = Fault(bad.id, "bad_identifiers", "", share=bad.hits)
            rows, _ = spoil_rows(fault, rows, self._rows.shape)
        if "one_status" in orders:
            rows = [row | STATUS for row in rows]
        if frozen := orders.get("frozen_results"):
            rows = [_still_open(row, frozen) for row in rows]
        if "vanished_field" in orders:
            rows = [{name: row[name] for name in row if name != GONE} for row in rows]
        return rows


def _still_open(row: Row, order: Order) -> Row:
    """The row as if nothing had been completed since the order began."""
    done = row["completed_at"]
    if done is None or parse(done) < order.begins:
        return row
    return row | {"completed_at": None, "result": None}
