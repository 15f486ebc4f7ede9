"""The records that a security server keeps, and the pages it answers of them."""

import threading
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

PAGE = 10_000
KEPT = 7 * 86_400
AVAILABLE_AFTER = 60

Record = Mapping[str, Any]
_second = itemgetter("monitoringDataTs")


@dataclass(frozen=True)
class Answer:
    """A page: its records, and the second the next one begins at, if there is more."""

    records: list[Record]
    next_from: int | None


class Shelf:
    """Records in the order in which the server got them; `page` is the most in an answer."""

    def __init__(self, page: int = PAGE) -> None:
        self._page = page
        self._lock = threading.Lock()
        self._records: list[Record] = []

    def add(self, records: Iterable[Record]) -> int:
        """Put records on the shelf; answers how many are on it.

        Raises:
            ValueError: one has no monitoringDataTs.
        """
        new = list(records)
        for record in new:
            if type(record.get("monitoringDataTs")) is not int:
                raise ValueError("a record needs monitoringDataTs, in seconds since 1970")
        with self._lock:
            self._records = sorted([*self._records, *new], key=_second)
            return len(self._records)

    def clear(self) -> int:
        """Take all records away; answers how many there were."""
        with self._lock:
            count, self._records = len(self._records), []
            return count

    def page(self, first: int, last: int, now: int) -> Answer:
        """The records of the seconds `first` to `last`, as far as they are kept and available.

        Where a page is full in the middle of a second, the next one begins with that second
        again: what is in both comes twice.
        """
        available = now - AVAILABLE_AFTER
        following = available if last >= available else None
        begin, end = max(first, now - KEPT), min(last, available - 1)
        with self._lock:
            low = bisect_left(self._records, begin, key=_second)
            high = bisect_right(self._records, end, key=_second)
            found = self._records[low : max(low, high)]
        if len(found) <= self._page:
            return Answer(found, following)
        second = _second(found[self._page])
        if second > first:
            return Answer(found[: self._page], second)
        whole = bisect_right(found, second, key=_second)  # more than a page in one second
        return Answer(found[:whole], second + 1 if whole < len(found) else following)
