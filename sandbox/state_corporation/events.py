"""Events of applications: registered, stage, stopped, restarted, completed; never changed.

A key is the second of the event shifted by 27 bits, plus the application's index and the kind.
All events of the world made so far are sorted once, and again only when the world has grown.
"""

import threading

import numpy as np
from numpy.typing import NDArray

from sandbox.faults.rows import Row, RowShape
from sandbox.history.columns import NEVER, NO_OFFICE, Columns
from sandbox.history.local_time import OFFSET, texts
from sandbox.history.world import World
from sandbox.register.offices import offices
from sandbox.register.services import services
from sandbox.register.words import SPHERES
from sandbox.state_corporation.applications import earlier
from sandbox.state_corporation.dataset import retyped
from sandbox.state_corporation.query import Query
from sandbox.truth import Truth

Keys = NDArray[np.int64]

KINDS = ("registered", "stage", "stopped", "restarted", "completed")
STAGES = ("registration", "review", "missing_documents", "review", "result")
_COMPLETED = 4
_BITS = 27
_APPLICANT = 2  # the kind in which the application waits for the applicant


class Events:
    """The list behind `/events`."""

    path = "/events"
    moves = False
    shape = RowShape("event_id", "at", earlier=earlier, retyped=retyped)

    def __init__(self, world: World, truth: Truth) -> None:
        self._world = world
        self._truth = truth
        self._lock = threading.Lock()
        self._made = 0
        self._keys: Keys = np.empty(0, dtype=np.int64)

    def keys(self, query: Query, now: int) -> Keys:
        """Keys of the window."""
        low = 0 if query.since is None else query.since
        high = now + 1 if query.until is None else min(query.until, now + 1)
        with self._lock:
            known = self._grown(self._world.columns(now))
            first, last = np.searchsorted(known, [low << _BITS, high << _BITS])
            return known[first:last]

    def rows(self, keys: Keys, now: int) -> list[Row]:
        """The events with these keys."""
        columns = self._world.columns(now)
        index, kind = (keys >> 3) & ((1 << 24) - 1), (keys & 7).tolist()
        service, office = columns.service[index].tolist(), columns.office[index].tolist()
        at = texts(keys >> _BITS)
        return [
            self._row(number, kind[place], at[place], (service[place], office[place]))
            for place, number in enumerate(index.tolist())
        ]

    def touch(self, key: int, now: int) -> None:
        """Events do not change.

        Raises:
            ValueError: always.
        """
        raise ValueError(f"events do not move (event {key} at {now})")

    def _row(self, number: int, kind: int, at: str, place: tuple[int, int]) -> Row:
        application = self._truth.label(number)
        return {
            "event_id": f"{application}-{kind + 1}",
            "application_id": application,
            "kind": KINDS[kind],
            "at": at,
            "holder": _holder(kind, *place),
            "stage": STAGES[kind],
            "changed_at": at + OFFSET,
        }

    def _grown(self, columns: Columns) -> Keys:
        if len(columns.received) > self._made:
            self._made = len(columns.received)
            self._keys = _all_keys(columns)
        return self._keys


def _holder(kind: int, service: int, office: int) -> str:
    """Who has the application from this event on: the applicant, an office or the body."""
    if kind == _APPLICANT:
        return "applicant"
    if office != NO_OFFICE and kind in (0, _COMPLETED):
        return offices()[office].code
    return SPHERES[services()[service].sphere].code


def _all_keys(columns: Columns) -> Keys:
    times = (
        columns.registered,
        columns.staged,
        columns.stopped,
        columns.restarted,
        columns.completed,
    )
    index = np.arange(len(columns.received), dtype=np.int64)
    # What a forgotten application never reaches, and what would come after its completion.
    parts = [
        ((at << _BITS) | (index << 3) | kind)[(at < NEVER) & (at <= columns.completed)]
        for kind, at in enumerate(times)
    ]
    keys = np.concatenate(parts)
    keys.sort()
    return keys
