"""Read a gateway's log into exchanges, by the field map of exchanges.yaml."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import jmespath
import orjson

from flows.failures.exchanges.batch import (
    LONGEST,
    Batch,
    Bounds,
    Broken,
    checked_text,
    digest_of,
)
from flows.failures.exchanges.rules import MISSING, NEGATIVE, NOT_A_RECORD
from flows.ingest.values import parser
from models.environment.exchanges import GatewayLog
from models.environment.sources import FieldMap
from models.exchanges import CLIENT, FAILED, GOOD, SILENT

NOBODY = "-"
"""The client where the log does not say who asked."""

Getter = Callable[[Mapping[str, Any]], Any]
_FINE = frozenset(str(status) for status in range(200, 400))


class GatewayReader:
    """Reads log records into a batch; `worked` are codes inside a success that say it is one."""

    def __init__(
        self, log: GatewayLog, bounds: Bounds, worked: Sequence[str], timezone: str
    ) -> None:
        self._log = log
        self._bounds = bounds
        self._fields = {
            name: _getter(path) for name, path in log.fields.model_dump(exclude_none=True).items()
        }
        self._worked = _FINE | frozenset(worked)
        self._outcomes = frozenset(value.lower() for value in log.worked)
        mapped = FieldMap.model_validate(
            {"from": log.fields.time, "format": log.format, "timezone": log.timezone}
        )
        self._time = parser("time", mapped, timezone, "")

    def add(self, records: Iterable[Any], batch: Batch) -> None:
        """Add each record to the batch, or hold it back with the rule that it breaks."""
        for record in records:
            batch.read += 1
            try:
                if line := self._line(record, batch):
                    batch.rows.append(line)
            except Broken as broken:
                batch.hold(record, broken)

    def _line(self, record: Any, batch: Batch) -> str | None:
        if not isinstance(record, Mapping):
            raise Broken(NOT_A_RECORD, f"it is a {type(record).__name__}, not an object")
        began = self._began(record)
        self._bounds.check(began)
        service = checked_text("service", _as_text(self._get("service", record)))
        client = checked_text("client", _as_text(self._get("client", record)) or NOBODY)
        key = (service, client)
        slot = batch.slots.get(key)
        if slot is None:
            slot = batch.slot(key, CLIENT, service, client)
        outcome, fault = self._outcome(record)
        took = self._whole("took", record, 1000 if self._log.took_in == "seconds" else 1)
        size = self._whole("size", record, 1)
        message = _escaped(self._message(record))
        fault = r"\N" if fault is None else _escaped(checked_text("code", fault))
        digest = digest_of(f"{took}\t{size}\t{outcome}\t{fault}")
        if not batch.is_new(message, CLIENT, began, None, digest):
            return None
        return (
            f"{began}\t{CLIENT}\t{slot}\t\\N\t\\N\t{took}\t{size}\t{outcome}"
            f"\t{message}\t\\N\t{fault}\t{digest}\n"
        )

    def _get(self, name: str, record: Mapping[str, Any]) -> Any:
        getter = self._fields.get(name)
        return None if getter is None else getter(record)

    def _began(self, record: Mapping[str, Any]) -> int:
        value = self._get("time", record)
        if value in (None, ""):
            raise Broken(MISSING, "time is missing")
        try:
            return int(datetime.fromisoformat(self._time(value)).timestamp() * 1000)
        except (ValueError, OverflowError) as error:
            raise Broken(MISSING, f"time: {error}") from error

    def _outcome(self, record: Mapping[str, Any]) -> tuple[int, str | None]:
        """What came of it: the log's own word, then the code that the service wrote inside."""
        code = _as_text(self._get("code", record)) or None
        if "outcome" in self._fields:
            said = _as_text(self._get("outcome", record))
            if not said:
                raise Broken(MISSING, "outcome is missing")
            if said.lower() not in self._outcomes:
                return FAILED, code or said
        if code is None or code in self._worked:
            return GOOD, None
        return (SILENT if "outcome" in self._fields else FAILED), code

    def _whole(self, name: str, record: Mapping[str, Any], times: int) -> int:
        if name not in self._fields:
            return 0
        value = self._get(name, record)
        try:
            found = round(float(_as_text(value)) * times)
        except (ValueError, OverflowError) as error:
            raise Broken(MISSING, f"{name} is missing or no number") from error
        if not 0 <= found <= LONGEST:
            raise Broken(NEGATIVE, f"{name} is {found}")
        return found

    def _message(self, record: Mapping[str, Any]) -> str:
        if "message" in self._fields:
            return checked_text("message", _as_text(self._get("message", record)))
        raw = orjson.dumps(record, option=orjson.OPT_SORT_KEYS, default=str)
        return hashlib.sha256(raw).hexdigest()[:32]


def _compiles(path: str) -> bool:
    try:
        jmespath.compile(path)
    except jmespath.exceptions.JMESPathError:
        return False
    return True


def _getter(path: str) -> Getter:
    """A field by its name, or a JMESPath to it."""
    if not _compiles(path):
        return lambda record: record.get(path)
    compiled = jmespath.compile(path)

    def get(record: Mapping[str, Any]) -> Any:
        return record[path] if path in record else compiled.search(record)

    return get


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value).strip()


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\")
