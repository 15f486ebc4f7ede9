"""Orders to fail in a stretch of simulated time, and what is known of each."""

import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sandbox.fleet.kinds import BODIES, PARTS, SHARES
from sandbox.history.local_time import iso, parse

_KEYS = {"body", "kind", "from", "until", "share", "seconds", "days"}


@dataclass(frozen=True)
class Order:
    """A failure: `begins` (inclusive) and `ends` (exclusive) in local seconds.

    `share` is of requests or rows; `seconds` how late an answer comes, or how far a clock is out
    of step; `days` how long a certificate still holds. None leaves it to the kind.
    """

    id: int
    body: str
    kind: str
    begins: float
    ends: float
    share: float | None = None
    seconds: float | None = None
    days: float | None = None

    def holds(self, at: float) -> bool:
        """Whether it fails at this moment."""
        return self.begins <= at < self.ends

    @property
    def hits(self) -> float:
        """The share of requests or rows that fail so."""
        return self.share or SHARES.get(self.kind, 1.0)

    def as_json(self) -> dict[str, Any]:
        """What `/control/faults` answers."""
        return asdict(self) | {"begins": iso(self.begins), "ends": iso(self.ends)}


class Board:
    """The orders of a fleet, safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._orders: dict[str, list[Order]] = {}
        self._made = 0

    def add(self, given: Mapping[str, Any]) -> Order:
        """Take an order.

        Raises:
            ValueError: an unknown key, body or kind, a body without the part that is to fail, or
                an end that is not after the beginning.
        """
        with self._lock:
            order = _parsed(given, self._made + 1)
            self._made = order.id
            self._orders.setdefault(order.body, []).append(order)
            return order

    def foresee(self, given: Mapping[str, Any]) -> Order:
        """The order that this would be, without taking it.

        Raises:
            ValueError: as `add`.
        """
        return _parsed(given, 0)

    def clear(self) -> list[Order]:
        """Withdraw all orders; those withdrawn."""
        with self._lock:
            gone = self._all()
            self._orders.clear()
            return gone

    def all(self) -> list[Order]:
        """Every order, in the order in which they came."""
        with self._lock:
            return self._all()

    def at(self, body: str, at: float) -> dict[str, Order]:
        """What fails at this body at this moment, by kind."""
        with self._lock:
            return {order.kind: order for order in self._orders.get(body, ()) if order.holds(at)}

    def _all(self) -> list[Order]:
        orders = (order for each in self._orders.values() for order in each)
        return sorted(orders, key=lambda order: order.id)


def _parsed(given: Mapping[str, Any], number: int) -> Order:
    if unknown := set(given) - _KEYS:
        raise ValueError(f"unknown keys {', '.join(sorted(unknown))}; known are {sorted(_KEYS)}")
    if missing := {"kind", "from", "until"} - set(given):
        raise ValueError(f"the order lacks {', '.join(sorted(missing))}")
    kind = str(given["kind"])
    body = str(given.get("body", kind))
    if kind not in PARTS:
        raise ValueError(f"kind {kind!r} is not one of {', '.join(PARTS)}")
    if PARTS[kind] not in BODIES.get(body, ()):
        raise ValueError(f"body {body!r} has no {PARTS[kind]} that could fail so")
    begins, ends = parse(str(given["from"])), parse(str(given["until"]))
    if ends <= begins:
        raise ValueError("until must be later than from")
    options = {name: _positive(name, given.get(name)) for name in ("share", "seconds", "days")}
    return Order(number, body, kind, begins, ends, **options)


def _positive(name: str, value: Any) -> float | None:
    if value is None:
        return None
    if not isinstance(value, int | float) or value <= 0:
        raise ValueError(f"{name} must be a number above 0, not {value!r}")
    return float(value)
