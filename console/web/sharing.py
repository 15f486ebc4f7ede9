"""Numbers that many pages show and that are dear to count: counted seldom, shown to all.

A value is shown while it is fresh; then it is shown a while longer and counted anew meanwhile, so
that nobody waits; one that is older still is waited for, but not for long: counting goes on aside,
and who asked is told to ask again. What took long to count is kept longer, and the longer, the
more else there is that takes long: counting all of it costs a twentieth of the time, however much
there is to count, and however many different things are asked for.
"""

import threading
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime
from math import sqrt
from typing import Any, TypeVar

FRESH = 10.0
"""Seconds for which a value is shown as it is."""
SHARE = 20
"""Counting costs one part in so many of the time."""
STALE = 6
"""After so many times that age it is not shown any more."""
MOST = 500
"""Values kept; what was not asked for the longest is forgotten first."""
PATIENCE = 5.0
"""Seconds that a page waits for a count: each that waits holds up another one."""
AT_ONCE = 8
"""Values that are counted at the same time; and one of each kind, so that none holds up all."""

Value = TypeVar("Value")


class StillCounting(Exception):
    """There is no value yet, and it takes longer than a page may wait."""


@dataclass(frozen=True)
class Counted:
    """A value, of when it is, and until which instant (of the clock) it is fresh, or shown.

    `weight` is the root of the seconds that it took to count, 0 where that was nothing much.
    """

    value: Any
    at: datetime
    fresh: float
    shown: float
    weight: float


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
        self._kinds: defaultdict[Hashable, threading.Lock] = defaultdict(threading.Lock)

    def get(
        self, key: Hashable, count: Callable[[], Value], fresh: float = FRESH
    ) -> tuple[Value, datetime]:
        """The value of this key, counted now if need be, and the moment that it is of.

        `count` is called in a thread of its own, perhaps after the request that gave it has ended.
        A key that is a tuple begins with its kind; of each kind one is counted at a time.

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
        with self._kind(key), self._at_once:
            began, at = self._clock(), datetime.now(UTC)
            try:
                value = count()
            except BaseException as error:  # whatever it was, whoever asks is told
                with self._lock:
                    self._forget(key)
                future.set_exception(error)
                return
        with self._lock:
            self._forget(key)
            now = self._clock()
            self._kept[key] = kept = self._aged(value, at, now, now - began, fresh)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        future.set_result(kept)

    def _kind(self, key: Hashable) -> threading.Lock:
        with self._lock:
            return self._kinds[key[0] if isinstance(key, tuple) else key]

    def _forget(self, key: Hashable) -> None:
        """What there was of it, and what is not shown any more; nobody is counting it now."""
        self._counting.pop(key, None)
        now = self._clock()
        past = [each for each, kept in self._kept.items() if each == key or kept.shown <= now]
        for each in past:
            del self._kept[each]

    def _aged(self, value: object, at: datetime, now: float, took: float, fresh: float) -> Counted:
        """How long it is kept: what is asked for equally often is oldest on the whole by its root.

        Of all ages of which the counts take this share of the time, those that go by the root of
        what each takes have the least sum.
        """
        weight = sqrt(took) if SHARE * took > fresh else 0.0
        dear = weight + sum(kept.weight for kept in self._kept.values())
        age = max(fresh, SHARE * weight * dear)
        return Counted(value, at, now + age, now + STALE * age, weight)
