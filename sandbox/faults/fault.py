"""One fault as it was ordered: what, where, how often, until when."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from sandbox.history import local_time

ANSWER_KINDS = frozenset({"500", "429", "time_out"})
PAGE_KINDS = frozenset({"page_twice", "moving_rows", "empty", "yesterday"})
ROW_KINDS = frozenset(
    {"bad_identifiers", "unknown_services", "closed_before_received", "duplicate_numbers"}
)
FIELD_KINDS = frozenset({"new_field", "changed_type", "vanished_field"})
BYTE_KINDS = frozenset({"cut_off", "wrong_encoding"})
ALL_KINDS = ANSWER_KINDS | PAGE_KINDS | ROW_KINDS | FIELD_KINDS | BYTE_KINDS

_OWN = {"kind", "path", "count", "until", "share"}
_OPTIONS = {"field", "value", "how", "retry_after", "seconds", "encoding"}


@dataclass
class Fault:
    """An order to fail.

    `count` is how many more times, None for ever; `until` is in local seconds of the sandbox's
    clock; `share` is of requests, or of records for the kinds that spoil single records; `path`
    is the beginning of the path (or of the file name) that is hit.
    """

    id: int
    kind: str
    path: str
    count: int | None = None
    until: float | None = None
    share: float | None = None
    options: dict[str, Any] = field(default_factory=dict)

    def active(self, now: float) -> bool:
        """Whether it can still strike."""
        return (self.count is None or self.count > 0) and (self.until is None or now < self.until)

    def as_json(self) -> dict[str, Any]:
        """What `/control/faults` answers."""
        until = None if self.until is None else local_time.iso(self.until)
        return asdict(self) | {"until": until}


def parse_fault(order: Mapping[str, Any], number: int, kinds: Collection[str]) -> Fault:
    """The fault ordered by a JSON object.

    Raises:
        ValueError: an unknown kind or key, or a value out of bounds; says which are right.
    """
    kind = str(order.get("kind", ""))
    if kind not in kinds:
        raise ValueError(f"kind {kind!r} is not one of {', '.join(sorted(kinds))}")
    if unknown := set(order) - _OWN - _OPTIONS:
        known = ", ".join(sorted(_OWN | _OPTIONS))
        raise ValueError(f"unknown keys {', '.join(sorted(unknown))}; known are {known}")
    until = order.get("until")
    return Fault(
        id=number,
        kind=kind,
        path=str(order.get("path", "")),
        count=_count(order.get("count")),
        until=None if until is None else local_time.parse(str(until)),
        share=_share(order.get("share")),
        options={key: order[key] for key in _OPTIONS & set(order)},
    )


def _count(value: Any) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or value < 1:
        raise ValueError(f"count must be a whole number from 1, not {value!r}")
    return value


def _share(value: Any) -> float | None:
    if value is None:
        return None
    if not isinstance(value, int | float) or not 0 < value <= 1:
        raise ValueError(f"share must be above 0 and at most 1, not {value!r}")
    return float(value)
