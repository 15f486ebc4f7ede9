"""Numbers that many pages show and that are dear to count: counted seldom, shown to all.

A value is shown while it is fresh; then it is shown a while longer and counted anew meanwhile, so
that nobody waits; one that is older still is waited for. What took long to count is kept longer:
counting costs a twentieth of the time, however much there is to count.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

FRESH = 10.0
"""Seconds for which a value is shown as it is."""
SHARE = 20
"""And for so many times as long as it took to count, if that is longer."""
STALE = 6
"""After so many times that age it is not shown any more."""
MOST = 500
"""Values kept; what was not asked for the longest is forgotten first."""

Value = TypeVar("Value")


@dataclass(frozen=True)
class Counted:
    """A value, of when it is, and until which instant (of the clock) it is fresh, or shown."""

    value: Any
    at: datetime
    fresh: float
    shown: float


class Shared:
    """The values of one application; safe for many threads, each value counted by one at a time."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: OrderedDict[Hashable, Counted] = OrderedDict()
        self._counting: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(
        self, key: Hashable, count: Callable[[], Value], fresh: float = FRESH
    ) -> tuple[Value, datetime]:
        """The value of this key, counted now if need be, and the moment that it is of.

        `count` may be called in a thread of its own, after the request that gave it has ended.
        """
        kept = self._found(key)
        now = self._clock()
        if kept is None or kept.shown <= now:
            kept = self._wait(key, count, fresh)
        elif kept.fresh <= now:
            self._renew(key, count, fresh)
        return kept.value, kept.at

    def _found(self, key: Hashable) -> Counted | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _turn(self, key: Hashable) -> threading.Lock:
        with self._lock:
            return self._counting.setdefault(key, threading.Lock())

    def _wait(self, key: Hashable, count: Callable[[], Value], fresh: float) -> Counted:
        with self._turn(key):
            kept = self._found(key)
            if kept is not None and self._clock() < kept.shown:
                return kept  # somebody else has just counted it
            return self._count(key, count, fresh)

    def _renew(self, key: Hashable, count: Callable[[], Value], fresh: float) -> None:
        turn = self._turn(key)
        if turn.acquire(blocking=False):
            threading.Thread(
                target=self._aside, args=(key, count, fresh, turn), daemon=True
            ).start()

    def _aside(
        self, key: Hashable, count: Callable[[], Value], fresh: float, turn: threading.Lock
    ) -> None:
        try:
            self._count(key, count, fresh)
        except Exception:  # whatever it was, the next one who asks meets it and is told
            with self._lock:
                self._kept.pop(key, None)
        finally:
            turn.release()

    def _count(self, key: Hashable, count: Callable[[], Value], fresh: float) -> Counted:
        began, at = self._clock(), datetime.now(UTC)
        value = count()
        now = self._clock()
        age = max(fresh, SHARE * (now - began))
        kept = Counted(value, at, now + age, now + STALE * age)
        with self._lock:
            self._kept[key] = kept
            self._kept.move_to_end(key)
            while len(self._kept) > MOST:
                forgotten, _ = self._kept.popitem(last=False)
                self._counting.pop(forgotten, None)
        return kept
