"""Numbers that many pages show and that are dear to count: counted seldom, shown to all.

A value is shown while it is fresh; then it is shown a while longer and counted anew meanwhile, so
that nobody waits; one that is older still is waited for, but not for long: counting goes on aside,
and who asked is told to ask again. What took long to count is kept longer: counting costs a
twentieth of the time, however much there is to count.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
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
PATIENCE = 5.0
"""Seconds that a page waits for a count: each that waits holds up another one."""
AT_ONCE = 4
"""Values that are counted at the same time."""

Value = TypeVar("Value")


class StillCounting(Exception):
    """There is no value yet, and it takes longer than a page may wait."""


@dataclass(frozen=True)
class Counted:
    """A value, of when it is, and until which instant (of the clock) it is fresh, or shown."""

    value: Any
    at: datetime
    fresh: float
    shown: float


class Shared:
    """The values of one application; safe for many threads, each value counted by one at a time."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, patience: float = PATIENCE
    ) -> None:
        self._clock = clock
        self._patience = patience
        self._kept: OrderedDict[Hashable, Counted] = OrderedDict()
        self._counting: dict[Hashable, Future[Counted]] = {}
        self._lock = threading.Lock()
        self._at_once = threading.Semaphore(AT_ONCE)

    def get(
        self, key: Hashable, count: Callable[[], Value], fresh: float = FRESH
    ) -> tuple[Value, datetime]:
        """The value of this key, counted now if need be, and the moment that it is of.

        `count` is called in a thread of its own, perhaps after the request that gave it has ended.

        Raises:
            StillCounting: there is none to show yet; it is there when asked again later.
            Exception: what `count` raises.
        """
        with self._lock:
            kept, now = self._kept.get(key), self._clock()
            if kept is not None:
                self._kept.move_to_end(key)
            if kept is None or kept.fresh <= now:
                counting = self._counted(key, count, fresh)
        if kept is None or kept.shown <= now:
            kept = self._waited_for(counting)
        return kept.value, kept.at

    def _counted(
        self, key: Hashable, count: Callable[[], Value], fresh: float
    ) -> "Future[Counted]":
        """Begin to count, unless somebody has; with the lock held."""
        if key not in self._counting:
            future: Future[Counted] = Future()
            self._counting[key] = future
            threading.Thread(
                target=self._count, args=(key, count, fresh, future), daemon=True
            ).start()
        return self._counting[key]

    def _waited_for(self, counting: "Future[Counted]") -> Counted:
        try:
            return counting.result(self._patience)
        except TimeoutError:
            if not counting.done():
                raise StillCounting from None
            return counting.result()  # it has ended just now, or the error is the count's own

    def _count(
        self, key: Hashable, count: Callable[[], Value], fresh: float, future: "Future[Counted]"
    ) -> None:
        with self._at_once:
            began, at = self._clock(), datetime.now(UTC)
            try:
                value = count()
            except BaseException as error:  # whatever it was, whoever asks is told
                self._keep(key, None)
                future.set_exception(error)
                return
        now = self._clock()
        age = max(fresh, SHARE * (now - began))
        kept = Counted(value, at, now + age, now + STALE * age)
        self._keep(key, kept)
        future.set_result(kept)

    def _keep(self, key: Hashable, kept: Counted | None) -> None:
        """Keep it, or forget what there was; nobody is counting it any longer."""
        with self._lock:
            self._counting.pop(key, None)
            self._kept.pop(key, None)
            if kept is not None:
                self._kept[key] = kept
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
