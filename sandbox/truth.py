"""The truth that a body keeps about itself: every fault it committed, and sums of its world.

With a file, the truth is also written there as JSON Lines: every application when it is received,
with its whole fate, and every fault when it strikes.
"""

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from sandbox.faults.fault import Fault
from sandbox.history.columns import NEVER
from sandbox.history.facts import facts
from sandbox.history.local_time import iso
from sandbox.history.world import World
from sandbox.register.services import services
from sandbox.register.words import SPHERES


class Truth:
    """What really happened at one body."""

    def __init__(self, world: World, prefix: str, file: Path | None = None) -> None:
        self._world = world
        self._prefix = prefix
        self._lock = threading.Lock()
        self._faults: list[dict[str, Any]] = []
        self._written = 0
        self._file = file.open("wb") if file else None

    def label(self, index: int) -> str | int:
        """The body's number of an application, as it writes it."""
        number = self._world.number(index)
        return f"{self._prefix}{number:08d}" if self._prefix else number

    def fault(
        self, fault: Fault, now: int, request: str, records: Sequence[Any] = (), detail: str = ""
    ) -> None:
        """Write down that a fault struck: when, in answer to what, which records it spoilt."""
        row = {
            "type": "fault",
            "fault": fault.id,
            "kind": fault.kind,
            "at": iso(now),
            "request": request,
            "records": list(records),
            "detail": detail,
        }
        with self._lock:
            self._faults.append(row)
            self._write([row])

    def faults(self) -> list[dict[str, Any]]:
        """Every strike so far, oldest first."""
        with self._lock:
            return list(self._faults)

    def applications(self, now: int) -> Iterator[dict[str, object]]:
        """Every application received by now, with its whole fate."""
        return facts(self._world, 0, self._world.visible(now), self.label)

    def summary(self, now: int) -> dict[str, Any]:
        """Counts at this moment: received, completed, open, overdue, late, by body."""
        columns, count = self._world.columns(now), self._world.visible(now)
        completed, due = columns.completed[:count], columns.due[:count]
        done = completed <= now
        late = done & (completed > due)
        return {
            "now": iso(now),
            "volume": self._world.volume,
            "seed": self._world.seed,
            "received": count,
            "completed": int(done.sum()),
            "completed_late": int(late.sum()),
            "open": int((~done).sum()),
            "overdue": int((~done & (due < now)).sum()),
            "never_completed": int((completed == NEVER).sum()),
            "stopped": int((columns.stopped[:count] <= now).sum()),
            "late_by_body": _by_body(columns.service[:count][late]),
            "received_by_body": _by_body(columns.service[:count]),
            "faults": dict(Counter(row["kind"] for row in self.faults())),
        }

    def catch_up(self, now: int) -> None:
        """Write the applications received since the last time to the file, if there is one."""
        if self._file is None:
            return
        count = self._world.visible(now)
        with self._lock:
            self._write(facts(self._world, self._written, count, self.label))
            self._written = max(count, self._written)

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()

    def _write(self, rows: Any) -> None:
        if self._file is not None:
            self._file.writelines(orjson.dumps(row) + b"\n" for row in rows)
            self._file.flush()


def _by_body(service: np.ndarray[tuple[int], np.dtype[np.uint16]]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    known = services()
    for place, count in enumerate(np.bincount(service, minlength=len(known)).tolist()):
        if count:
            counts[SPHERES[known[place].sphere].code] += count
    return dict(counts)
