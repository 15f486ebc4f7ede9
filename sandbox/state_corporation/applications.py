"""Applications ordered by their last change: received, or completed.

A key is the second of the last change shifted by 24 bits, plus the application's index, so that
sorting keys sorts by change and then by number.
"""

import threading
from collections import OrderedDict

import numpy as np
from numpy.typing import NDArray

from sandbox.faults.rows import Row, RowShape
from sandbox.history.columns import NEVER, NO_OFFICE, Columns
from sandbox.history.local_time import OFFSET, iso, parse, texts
from sandbox.history.terms import NO_SUB_TYPE
from sandbox.history.world import World
from sandbox.register.channels import CHANNELS
from sandbox.register.offices import offices
from sandbox.register.regions import REGIONS
from sandbox.register.services import services
from sandbox.register.words import SPHERES
from sandbox.state_corporation.dataset import retyped
from sandbox.state_corporation.query import Query
from sandbox.truth import Truth

Keys = NDArray[np.int64]

BITS = 24
_INDEX = (1 << BITS) - 1
_REMEMBERED = 4


def earlier(value: str) -> str:
    """An hour before a local time."""
    return iso(parse(value) - 3600).removesuffix(OFFSET)


class Applications:
    """The list behind `/applications`."""

    path = "/applications"
    moves = True
    shape = RowShape(
        number="application_id",
        received="received_at",
        closed="completed_at",
        service="service_code",
        identifier="applicant_iin",
        earlier=earlier,
        retyped=retyped,
    )

    def __init__(self, world: World, truth: Truth) -> None:
        self._world = world
        self._truth = truth
        self._touched: dict[int, int] = {}
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[int, int | None, int | None], Keys] = OrderedDict()
        self._codes = [channel.code for channel in CHANNELS]

    def keys(self, query: Query, now: int) -> Keys:
        """Keys of the window; the last few windows are remembered for the next page."""
        asked = (now, query.since, query.until)
        with self._lock:
            if asked not in self._known:
                self._known[asked] = self._sorted(now, query)
                while len(self._known) > _REMEMBERED:
                    self._known.popitem(last=False)
            return self._known[asked]

    def rows(self, keys: Keys, now: int) -> list[Row]:
        """The applications with these keys as they look at `now`."""
        index = keys & _INDEX
        part = Columns._make(column[index] for column in self._world.columns(now))
        received, changed = texts(part.received), texts(keys >> BITS)
        done = part.completed <= now
        closed = texts(np.where(done, part.completed, 0))
        return [
            self._row(part, place, number, (received[place], changed[place], closed[place], isdone))
            for place, (number, isdone) in enumerate(
                zip(index.tolist(), done.tolist(), strict=True)
            )
        ]

    def touch(self, key: int, now: int) -> None:
        """Let the application count as changed now."""
        with self._lock:
            self._touched[key & _INDEX] = now
            self._known.clear()

    def _row(
        self, part: Columns, place: int, number: int, times: tuple[str, str, str, bool]
    ) -> Row:
        received, changed, closed, done = times
        service = services()[part.service[place]]
        sub_type, office = part.sub_type[place], part.office[place]
        return {
            "application_id": self._truth.label(number),
            "service_code": service.code,
            "sub_type": None if sub_type == NO_SUB_TYPE else service.sub_types[sub_type],
            "channel": self._codes[part.channel[place]],
            "region": REGIONS[part.region[place]].kato,
            "office_code": None if office == NO_OFFICE else offices()[office].code,
            "organisation": SPHERES[service.sphere].code,
            "applicant_iin": f"{part.identifier[place]:012d}",
            "received_at": received,
            "completed_at": closed if done else None,
            "result": ("refused" if part.refused[place] else "issued") if done else None,
            "changed_at": changed + OFFSET,
        }

    def _sorted(self, now: int, query: Query) -> Keys:
        columns, count = self._world.columns(now), self._world.visible(now)
        done = columns.completed[:count] <= now
        changed = np.where(done, columns.completed[:count], columns.received[:count])
        for index, second in self._touched.items():
            if index < count and second <= now and changed[index] < second:
                changed[index] = second
        low = 0 if query.since is None else query.since
        high = NEVER if query.until is None else query.until
        inside = np.flatnonzero((changed >= low) & (changed < high))
        keys = (changed[inside] << BITS) | inside
        keys.sort()
        return keys
