"""The ways in which this server can be told to fail, each so many times or for ever."""

import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

KINDS = frozenset(
    {
        "fault",  # a SOAP fault; `code`, `words`
        "500",  # an error page
        "slow",  # waits for `seconds` first
        "drip",  # a byte at a time, for ever
        "out_of_order",  # the records of a page in reverse
        "twice",  # each record of a page twice
        "gap",  # a page without its records
        "wrong_attachment",  # an attachment under another name
        "no_gzip",  # an attachment that is no gzip
        "bomb",  # a small gzip of 64 MB
        "count",  # announces one record more than come
        "doctype",  # XML with entities
        "stuck",  # says to go on from where it was asked
        "cut_off",  # ends in the middle
    }
)


@dataclass
class Order:
    """An order to fail; `count` is how many more times, None for ever.

    It begins `after` so many requests.
    """

    id: int
    kind: str
    count: int | None = None
    after: int = 0
    seconds: float = 3600.0
    code: str = "Server.ServerProxy.OpMonitoring.InternalError"
    words: str = "Failed to get records for response"


class Orders:
    """The orders, safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made = 0
        self._orders: list[Order] = []

    def add(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Take an order.

        Raises:
            ValueError: an unknown kind or key.
        """
        if given.get("kind") not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(sorted(KINDS))}")
        if unknown := given.keys() - {"kind", "count", "after", "seconds", "code", "words"}:
            raise ValueError(f"unknown keys: {', '.join(sorted(unknown))}")
        with self._lock:
            self._made += 1
            order = Order(self._made, **given)
            self._orders.append(order)
            return asdict(order)

    def clear(self) -> list[dict[str, Any]]:
        """Withdraw all."""
        with self._lock:
            gone, self._orders = self._orders, []
        return [asdict(order) for order in gone]

    def active(self) -> list[dict[str, Any]]:
        """Those that can still strike."""
        with self._lock:
            return [asdict(order) for order in self._orders if order.count != 0]

    def strike(self) -> dict[str, Order]:
        """The orders that hit this request, by kind; each is counted."""
        with self._lock:
            ready = [order for order in self._orders if order.after <= 0]
            for order in self._orders:
                order.after -= 1
            hit = {order.kind: order for order in ready if order.count != 0}
            for order in hit.values():
                if order.count is not None:
                    order.count -= 1
            return hit
