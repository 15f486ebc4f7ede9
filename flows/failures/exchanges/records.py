"""Read operational monitoring records (X-Road, PR-OPMON annex B) into lines for the database.

This is the innermost loop of all reading: what is right is read straight on, and only a record
that does not pass is looked at again to say what is wrong with it.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from flows.failures.exchanges.batch import (
    LONGEST,
    Batch,
    Bounds,
    Broken,
    checked_span,
    checked_text,
    digest_of,
)
from flows.failures.exchanges.rules import MISSING, NOT_A_RECORD, UNKNOWN_SIDE
from models.exchanges import CLIENT, FAILED, GOOD, PRODUCER, REFUSED, SILENT

SIDES = {"Client": CLIENT, "Producer": PRODUCER}
LARGEST = 2**53
"""Bytes of one message: more is nonsense."""

_SERVICE = (
    "serviceXRoadInstance",
    "serviceMemberClass",
    "serviceMemberCode",
    "serviceSubsystemCode",
    "serviceCode",
    "serviceVersion",
)
_CLIENT = ("clientXRoadInstance", "clientMemberClass", "clientMemberCode", "clientSubsystemCode")
_OPTIONAL = frozenset({"serviceSubsystemCode", "serviceVersion", "clientSubsystemCode"})
_TRY_LATER = frozenset({408, 429})  # of the 4xx, those that the service answers for


class RecordReader:
    """Reads records into a batch; `mistakes` are fault codes' beginnings that blame the asker."""

    def __init__(self, bounds: Bounds, mistakes: Sequence[str]) -> None:
        self._bounds = bounds
        self._mistakes = tuple(mistakes)

    def add(self, records: Iterable[Any], batch: Batch) -> None:
        """Add each record to the batch, or hold it back with the rule that it breaks."""
        rows = batch.rows
        for record in records:
            batch.read += 1
            try:
                if line := self._line(record, batch):
                    rows.append(line)
            except Broken as broken:
                batch.hold(record, broken)
            except (KeyError, TypeError, AttributeError):
                batch.hold(record, self._what_is_wrong(record))

    def _line(self, record: Any, batch: Batch) -> str | None:
        get = record.get
        side = SIDES[record["securityServerType"]]
        began, message = record["requestInTs"], record["messageId"]
        took = record["responseOutTs"] - began
        sent, got = get("requestOutTs"), get("responseInTs")
        key = (side, *map(get, _SERVICE), *map(get, _CLIENT))
        slot = batch.slots.get(key)
        if slot is None:
            slot = batch.slot(key, side, _name(record, _SERVICE), _name(record, _CLIENT))
        outcome, fault = GOOD, get("faultCode")
        status = get("statusCode")
        if record["succeeded"] is not True or fault is not None or status not in _FINE:
            outcome, fault = self._outcome(record["succeeded"], fault, status)
        oldest, newest = self._bounds.oldest, self._bounds.newest
        if type(took) is not int or not (0 <= took <= LONGEST and oldest <= began <= newest):
            raise TypeError
        if sent is not None and got is not None and got < sent:
            raise TypeError
        spans = f"{_offset(began, sent)}\t{_offset(began, got)}\t{took}"
        size = _size(get, "request") + _size(get, "response")
        request = get("xRequestId")
        if not message.isprintable() or "\\" in message or len(message) > 255 or not message:
            message = checked_text("messageId", message).replace("\\", "\\\\")
        if request is not None:
            request = checked_text("xRequestId", request).replace("\\", "\\\\")
        digest = digest_of(f"{spans}\t{size}\t{outcome}\t{fault}")
        if not batch.is_new(message, side, began, request, digest):
            return None
        return (
            f"{began}\t{side}\t{slot}\t{spans}\t{size}\t{outcome}"
            f"\t{message}\t{request or _NULL}\t{fault or _NULL}\t{digest}\n"
        )

    def _outcome(self, succeeded: Any, fault: Any, status: Any) -> tuple[int, str | None]:
        """What came of an exchange, and the code that says so.

        An answer of 400 to 499 is the asker's mistake; X-Road passes it on as the service wrote
        it. A fault, or 500 and above, inside an exchange that succeeded is a silent failure.
        """
        if not isinstance(succeeded, bool):
            raise Broken(MISSING, "succeeded is missing or neither true nor false")
        if status is not None and type(status) is not int:
            raise Broken(MISSING, "statusCode is no whole number")
        if fault is not None:
            code: str | None = checked_text("faultCode", fault).replace("\\", "\\\\")
            mistaken = fault.startswith(self._mistakes)
        else:
            code = None if status in _FINE else f"HTTP {status}"
            mistaken = status is not None and 400 <= status < 500 and status not in _TRY_LATER
        if mistaken:
            return REFUSED, code
        if succeeded:
            return (GOOD if code is None else SILENT), code
        return FAILED, code

    def _what_is_wrong(self, record: Any) -> Broken:
        """The rule that a record breaks which could not be read straight on."""
        try:
            self._judge(record)
        except Broken as broken:
            return broken
        return Broken(NOT_A_RECORD, "it cannot be read")

    def _judge(self, record: Any) -> None:
        if not isinstance(record, dict):
            raise Broken(NOT_A_RECORD, f"it is a {type(record).__name__}, not an object")
        began = record.get("requestInTs")
        if type(began) is not int:
            raise Broken(MISSING, "requestInTs is missing or no whole number")
        self._bounds.check(began)
        side = record.get("securityServerType")
        if not isinstance(side, str) or side not in SIDES:
            raise Broken(UNKNOWN_SIDE, "securityServerType is neither Client nor Producer")
        checked_text("messageId", record.get("messageId"))
        checked_span("responseOutTs", began, record.get("responseOutTs"))
        sent, got = record.get("requestOutTs"), record.get("responseInTs")
        for name, moment in ("requestOutTs", sent), ("responseInTs", got):
            if moment is not None and type(moment) is not int:
                raise Broken(MISSING, f"{name} is no whole number")
        if sent is not None and got is not None:
            checked_span("responseInTs", sent, got)
        _name(record, _SERVICE)
        _name(record, _CLIENT)
        self._outcome(record.get("succeeded"), record.get("faultCode"), record.get("statusCode"))


_NULL = r"\N"
_FINE = frozenset({None, *range(200, 400)})


def _offset(began: int, moment: Any) -> int | str:
    """Milliseconds after the request; a clock that was set meanwhile may make them negative."""
    if moment is None:
        return _NULL
    after = moment - began
    if not -LONGEST <= after <= LONGEST or type(moment) is not int:
        raise TypeError
    return int(after)


def _size(get: Any, way: str) -> int:
    """Bytes of the request or the answer: PR-OPMON has had four names for it."""
    size = get(f"{way}RestSize")
    if size is None:
        size = get(f"{way}MimeSize") or get(f"{way}SoapSize") or get(f"{way}Size") or 0
    if type(size) is not int or not 0 <= size <= LARGEST:
        raise Broken(MISSING, f"the size of the {way} is no whole number")
    return size


def _name(record: Any, parts: Sequence[str]) -> str:
    """An identifier, written with slashes.

    Raises:
        Broken: a part is missing.
    """
    given = [
        checked_text(part, record.get(part))
        for part in parts
        if part not in _OPTIONAL or record.get(part) is not None
    ]
    return "/".join(given)
