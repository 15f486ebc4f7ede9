"""What a body has really done, in order: the truth that tests compare with."""

import hashlib
import threading
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from sandbox.clock import Clock
from sandbox.history.local_time import ALMATY, OFFSET_SECONDS


@dataclass(frozen=True)
class Entry:
    """One thing done or undone.

    `at` is ISO 8601 with an offset; `key` the idempotency key it was asked with; `what` all that
    the body needs to know of it later; `digest` the hex SHA-256 of `what` as sorted JSON.
    """

    at: str
    operation: str
    key: str
    what: dict[str, Any]
    digest: str


class Ledger:
    """The entries, safe to use from several threads.

    With a file, each entry is a line there before it counts, and entries that the file has
    already are taken over: a body that was switched off knows what it did.
    """

    def __init__(self, clock: Clock, file: Path | None = None) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._entries: list[Entry] = []
        self._by_key: dict[str, list[Entry]] = {}
        self._counts: Counter[str] = Counter()
        for line in file.read_bytes().splitlines() if file and file.exists() else ():
            self._add(Entry(**orjson.loads(line)))
        self._file = file.open("ab") if file else None

    def write(self, operation: str, key: str, what: dict[str, Any]) -> Entry:
        """Write down that something was done just now."""
        digest = hashlib.sha256(orjson.dumps(what, option=orjson.OPT_SORT_KEYS)).hexdigest()
        with self._lock:
            entry = Entry(written(self._clock.exact()), operation, key, what, digest)
            if self._file is not None:
                self._file.write(orjson.dumps(asdict(entry)) + b"\n")
                self._file.flush()
            self._add(entry)
        return entry

    def entries(self, key: str | None = None, operation: str | None = None) -> list[Entry]:
        """The entries in order; those with this key and of this operation, where given."""
        with self._lock:
            found = self._entries if key is None else self._by_key.get(key, [])
            return [entry for entry in found if operation in (None, entry.operation)]

    def last(self, key: str, operation: str | None = None) -> Entry | None:
        """The newest of those entries."""
        found = self.entries(key, operation)
        return found[-1] if found else None

    def count(self, operation: str) -> int:
        """How many entries of this operation there are."""
        with self._lock:
            return self._counts[operation]

    def as_json(self) -> list[dict[str, Any]]:
        """What `/ledger` answers."""
        return [asdict(entry) for entry in self.entries()]

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()

    def _add(self, entry: Entry) -> None:
        self._entries.append(entry)
        self._counts[entry.operation] += 1
        self._by_key.setdefault(entry.key, []).append(entry)


def written(second: float) -> str:
    """ISO 8601 with microseconds and offset, of local seconds."""
    return datetime.fromtimestamp(second - OFFSET_SECONDS, ALMATY).isoformat(
        timespec="microseconds"
    )
