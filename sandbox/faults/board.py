"""The faults a body has been told to commit, and which of them strike now."""

import random
import threading
from collections.abc import Collection, Mapping
from typing import Any

from sandbox.faults.fault import ROW_KINDS, Fault, parse_fault


class FaultBoard:
    """Orders to fail, safe to use from several threads.

    `kinds` are those that this body can commit. Shares of requests are drawn from the seed, so
    that the same requests in the same order fail in the same way.
    """

    def __init__(self, kinds: Collection[str], seed: int) -> None:
        self._kinds = frozenset(kinds)
        self._seed = seed
        self._lock = threading.Lock()
        self._made = 0
        self._faults: dict[int, Fault] = {}
        self._dice: dict[int, random.Random] = {}

    def add(self, order: Mapping[str, Any]) -> Fault:
        """Take an order.

        Raises:
            ValueError: the order is not understood, or this body cannot fail so.
        """
        with self._lock:
            fault = parse_fault(order, self._made + 1, self._kinds)
            self._made = fault.id
            self._faults[fault.id] = fault
            self._dice[fault.id] = random.Random(f"{self._seed}:{fault.id}")
            return fault

    def clear(self, number: int | None = None) -> list[Fault]:
        """Withdraw one order, or all; the orders withdrawn, spent ones included."""
        with self._lock:
            numbers = list(self._faults) if number is None else [number]
            return [self._faults.pop(one) for one in numbers if one in self._faults]

    def active(self, now: float) -> list[Fault]:
        """The orders that can still strike."""
        with self._lock:
            return [fault for fault in self._faults.values() if fault.active(now)]

    def expired(self, now: float) -> list[Fault]:
        """The orders whose time is over and that are still on the board."""
        with self._lock:
            return [
                fault
                for fault in self._faults.values()
                if fault.until is not None and now >= fault.until
            ]

    def strike(
        self, kinds: Collection[str], path: str, now: float, most: int | None = None
    ) -> list[Fault]:
        """The faults of these kinds, at `most` so many, that hit this request.

        Each is counted as committed; the oldest orders go first.
        """
        with self._lock:
            hit = [fault for fault in self._faults.values() if self._hits(fault, kinds, path, now)]
            hit = hit[:most]
            for fault in hit:
                if fault.count is not None:
                    fault.count -= 1
            return hit

    def _hits(self, fault: Fault, kinds: Collection[str], path: str, now: float) -> bool:
        if fault.kind not in kinds or not path.startswith(fault.path) or not fault.active(now):
            return False
        if fault.share is None or fault.kind in ROW_KINDS:
            return True
        return self._dice[fault.id].random() < fault.share
