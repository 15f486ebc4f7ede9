"""Each system's calls in threads of its own, so that a slow body takes none from the others."""

import queue
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from time import monotonic

from flows.composite_services.engine.calls import Answered, Intent

QUEUED = 0.3
"""Seconds of work that may wait for a thread."""
MOST_QUEUED = 30
"""The same in calls for each thread."""


@dataclass
class Rooms:
    """How many more calls each system may get; `at_once` says it of systems that got none yet.

    `short` are systems of which something due was left, because there was no room.
    """

    at_once: Callable[[str], int]
    left: dict[str, int] = field(default_factory=dict)
    short: set[str] = field(default_factory=set)

    def of(self, system: str) -> int:
        """How many more."""
        return self.left[system] if system in self.left else self.at_once(system)

    def take(self, system: str) -> bool:
        """Whether there is room for one call more, which takes it."""
        left = self.of(system)
        if left <= 0:
            self.short.add(system)
            return False
        self.left[system] = left - 1
        return True

    def full(self) -> list[str]:
        """Systems that may get nothing now."""
        return [system for system, left in self.left.items() if left <= 0]

    def most(self, fewest: int) -> int:
        """The greatest room of a system, and at least `fewest`."""
        return max(fewest, *self.left.values()) if self.left else fewest


class Lane:
    """One system's threads. A thread is begun with each of the first calls, and then kept."""

    def __init__(self, most: int, call: Callable[[Intent], None]) -> None:
        self._most, self._call = most, call
        self._todo: queue.SimpleQueue[Intent | None] = queue.SimpleQueue()
        self._threads = 0
        self._took = 0.0
        self.out = 0

    def put(self, intent: Intent) -> None:
        """Have the call made as soon as a thread is free."""
        self.out += 1
        if self._threads < self._most:
            self._threads += 1
            threading.Thread(target=self._work, daemon=True).start()
        self._todo.put(intent)

    def room(self) -> int:
        """How many more calls may be out: those that the threads get done in a moment."""
        queued = 0
        if self._took > 0:
            queued = min(MOST_QUEUED * self._most, int(self._most * QUEUED / self._took))
        return self._most + queued - self.out

    def end(self) -> None:
        """Have the threads end when they have made their calls."""
        for _ in range(self._threads):
            self._todo.put(None)

    def _work(self) -> None:
        while (intent := self._todo.get()) is not None:
            began = monotonic()
            self._call(intent)
            self._took += (monotonic() - began - self._took) / 50


class Lanes:
    """The lanes of all systems, each as wide as `at_once` says. Used by one thread alone."""

    def __init__(self, at_once: Callable[[str], int], call: Callable[[Intent], Answered]) -> None:
        self._at_once, self._make = at_once, call
        self._lanes: dict[str, Lane] = {}
        self._short: set[str] = set()
        self.came: queue.SimpleQueue[Answered | None] = queue.SimpleQueue()

    @property
    def out(self) -> int:
        """Calls that are out, or wait for a thread."""
        return sum(lane.out for lane in self._lanes.values())

    def put(self, intents: Iterable[Intent]) -> None:
        """Have the calls made; each one's answer is put to `came`."""
        for intent in intents:
            if intent.system not in self._lanes:
                self._lanes[intent.system] = Lane(self._at_once(intent.system), self._call)
            self._lanes[intent.system].put(intent)

    def done(self, group: Iterable[Answered]) -> bool:
        """These answers are written; whether one frees a place that something due waits for."""
        systems = {each.intent.system for each in group}
        for each in group:
            self._lanes[each.intent.system].out -= 1
        freed = systems & self._short
        self._short -= freed
        return bool(freed)

    def rooms(self, group: Iterable[Answered]) -> Rooms:
        """The room that there is as soon as these answers are written."""
        freed = Counter(each.intent.system for each in group)
        left = {name: lane.room() + freed[name] for name, lane in self._lanes.items()}
        return Rooms(self._at_once, left)

    def looked(self, rooms: Rooms) -> None:
        """Something due may wait for a place at these systems."""
        self._short |= rooms.short | set(rooms.full())

    def full(self) -> list[str]:
        """Systems that may get nothing now."""
        return self.rooms(()).full()

    def end(self) -> None:
        """Have all threads end."""
        for lane in self._lanes.values():
            lane.end()

    def _call(self, intent: Intent) -> None:
        self.came.put(self._make(intent))
