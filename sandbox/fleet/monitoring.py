"""The security server's operational monitoring, as X-Road's protocol (PR-OPMON) has it."""

import gzip
import re
import uuid
from collections.abc import Iterable

import orjson

from sandbox.clock import Clock
from sandbox.fleet.exchanges import Exchanges, Record
from sandbox.history.local_time import DAY, OFFSET_SECONDS

PAGE = 10_000
AVAILABLE_AFTER = 60
"""Seconds after which a record can be asked for."""

_STRETCH = 4 * 3600  # seconds whose records are made at once

_WHICH = re.compile(rb"<[^>]*records(From|To)>\s*(\d+)\s*<")
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_OPMON = "http://x-road.eu/xsd/op-monitoring.xsd"


class Monitoring:
    """Answers what all services of the fleet exchanged."""

    def __init__(self, services: Iterable[Exchanges], clock: Clock) -> None:
        self._services = list(services)
        self._clock = clock
        self._first = clock.now() - OFFSET_SECONDS - DAY  # nothing is kept from before that

    def answer(self, asked: bytes) -> tuple[bytes, str]:
        """The body of the answer to a request, and its content type.

        Raises:
            ValueError: the request does not say from when on.
        """
        bounds = {name.decode(): int(value) for name, value in _WHICH.findall(asked)}
        if "From" not in bounds:
            raise ValueError("recordsFrom is missing")
        latest = self._clock.now() - OFFSET_SECONDS - AVAILABLE_AFTER
        first = max(bounds["From"], self._first)
        records = self._records(first, min(bounds.get("To", latest), latest))
        page, following = _page(records)
        return _multipart(page, following)

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


def _multipart(page: list[Record], following: int | None) -> tuple[bytes, str]:
    boundary, reference = uuid.uuid4().hex, "operational-monitoring-data.json.gz"
    more = "" if following is None else f"<om:nextRecordsFrom>{following}</om:nextRecordsFrom>"
    envelope = (
        f'<SOAP-ENV:Envelope xmlns:SOAP-ENV="{_SOAP}" xmlns:om="{_OPMON}"><SOAP-ENV:Body>'
        "<om:getSecurityServerOperationalDataResponse>"
        f"<om:recordsCount>{len(page)}</om:recordsCount><om:records>cid:{reference}</om:records>"
        f"{more}</om:getSecurityServerOperationalDataResponse>"
        "</SOAP-ENV:Body></SOAP-ENV:Envelope>"
    )
    packed = gzip.compress(orjson.dumps({"records": page}), 1)
    parts = (
        _part(boundary, "text/xml; charset=UTF-8", "main", envelope.encode()),
        _part(boundary, "application/gzip", reference, packed),
        f"--{boundary}--\r\n".encode(),
    )
    return b"".join(parts), f'multipart/related; type="text/xml"; boundary="{boundary}"'


def _part(boundary: str, kind: str, name: str, content: bytes) -> bytes:
    head = f"--{boundary}\r\nContent-Type: {kind}\r\nContent-ID: <{name}>\r\n\r\n"
    return head.encode() + content + b"\r\n"
