"""The security server's operational monitoring, as X-Road's protocol (PR-OPMON) has it."""

from collections.abc import Iterable

from sandbox.clock import Clock
from sandbox.fleet.exchanges import Exchanges, Record
from sandbox.history.local_time import DAY, OFFSET_SECONDS
from sandbox.xroad_monitoring.messages import answer, packed, question
from sandbox.xroad_monitoring.shelf import AVAILABLE_AFTER, PAGE

_STRETCH = 4 * 3600  # seconds whose records are made at once


class Monitoring:
    """Answers what all services of the fleet exchanged, from a day before its start on."""

    def __init__(self, services: Iterable[Exchanges], clock: Clock) -> None:
        self._services = list(services)
        self._clock = clock
        self._first = clock.now() - OFFSET_SECONDS - DAY

    def answer(self, raw: bytes) -> bytes:
        """The answer to a request.

        Raises:
            ValueError: the request is none.
        """
        asked = question(raw)
        latest = self._clock.now() - OFFSET_SECONDS - AVAILABLE_AFTER
        found = self._records(max(asked.first, self._first), min(asked.last, latest))
        page, following = _page(found)
        return answer(asked, len(page), packed([*page]), following)

    def _records(self, first: int, last: int) -> list[Record]:
        """Those of the seconds `first` to `last`; of many, more than a page and not all."""
        found: list[Record] = []
        for begin in range(first, last + 1, _STRETCH):
            end = min(begin + _STRETCH, last + 1)
            found += [record for each in self._services for record in each.records(begin, end)]
            if len(found) > PAGE:
                break
        return sorted(found, key=lambda record: int(record["monitoringDataTs"]))


def _page(records: list[Record]) -> tuple[list[Record], int | None]:
    """The first records, whole seconds only, and the second from which the rest begins."""
    if len(records) <= PAGE:
        return records, None
    following = int(records[PAGE]["monitoringDataTs"])
    return [each for each in records[:PAGE] if each["monitoringDataTs"] < following], following
