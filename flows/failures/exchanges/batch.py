"""Some exchanges on their way to the database: lines for COPY, and what is held back."""

import hashlib
import zlib
from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson

from flows.failures.exchanges.rules import FUTURE, MISSING, NEGATIVE, NOT_A_RECORD, TOO_OLD, Rule

LONGEST = 2**31 - 1
"""Milliseconds that one exchange may last: 24 days."""

LONGEST_TEXT = 255
"""Letters of a message id, as PR-OPMON has it."""

AHEAD = timedelta(minutes=5)
"""A clock of another machine may be so far ahead of ours."""

PERSONAL = frozenset(
    {"messageUserId", "messageIssue", "representedPartyClass", "representedPartyCode"}
)
"""Fields that may name a person: they are never kept."""

_LONGEST_HELD = 4_000


class Broken(Exception):
    """A record breaks a rule."""

    def __init__(self, rule: Rule, reason: str) -> None:
        super().__init__(reason)
        self.rule = rule
        self.reason = reason


@dataclass(frozen=True)
class Held:
    """A record held back."""

    fingerprint: str
    rule: Rule
    reason: str
    record: Any


@dataclass(frozen=True)
class Bounds:
    """Which requests can be used, as milliseconds since 1970."""

    oldest: int
    newest: int

    @classmethod
    def of(cls, moment: datetime, keep: timedelta) -> "Bounds":
        """What is kept as of a moment, and what lies in the future."""
        return cls(_milliseconds(moment - keep), _milliseconds(moment + AHEAD))

    def check(self, began: int) -> None:
        """Refuse a request outside.

        Raises:
            Broken: it is in the future, or older than what is kept.
        """
        if began > self.newest:
            raise Broken(FUTURE, f"the request came {(began - self.newest) / 1000:.0f} s too late")
        if began < self.oldest:
            raise Broken(
                TOO_OLD, f"the request is {(self.oldest - began) / 86_400_000:.1f} d older"
            )


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


@dataclass
class Batch:
    """Exchanges read from one source: `rows` are lines of COPY, each with the slot of its series.

    `series` has side, service and client of each slot. `crowded` says that a message id may have
    come more than once on a side, as different records; what is quite the same is left out
    already. All counts are of this batch.
    """

    rows: list[str] = field(default_factory=list)
    series: list[tuple[int, str, str]] = field(default_factory=list)
    slots: dict[Hashable, int] = field(default_factory=dict)
    held: list[Held] = field(default_factory=list)
    broken: Counter[str] = field(default_factory=Counter)
    read: int = 0
    crowded: bool = False
    _seen: dict[tuple[str, int], tuple[int, Any, int]] = field(default_factory=dict)

    def is_new(self, message: str, side: int, began: int, request: Any, digest: int) -> bool:
        """Whether a record is not in the batch yet: pages that meet bring some of them twice."""
        known = self._seen.setdefault((message, side), found := (began, request, digest))
        if known is found:
            return True
        if known == found:
            return False
        self.crowded = True
        return True

    def slot(self, key: Hashable, side: int, service: str, client: str) -> int:
        """The slot of a series, made where there is none for this key."""
        slot = self.slots[key] = len(self.series)
        self.series.append((side, service, client))
        return slot

    def hold(self, record: Any, broken: Broken) -> None:
        """Hold a record back; personal fields are not kept."""
        self.broken[broken.rule.code] += 1
        kept = record
        if isinstance(record, Mapping):
            kept = {name: value for name, value in record.items() if name not in PERSONAL}
        raw = orjson.dumps(kept, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS, default=str)
        fingerprint = hashlib.sha256(raw).hexdigest()
        text = raw.decode().replace("\\u0000", "")  # jsonb cannot hold it
        if len(text) > _LONGEST_HELD:
            text = orjson.dumps({"cut": text[:_LONGEST_HELD]}).decode()
        self.held.append(Held(fingerprint, broken.rule, broken.reason, text))


def digest_of(said: str) -> int:
    """A hash of what a record says beside its ids, as PostgreSQL's integer."""
    return zlib.crc32(said.encode()) - 2**31


def checked_text(name: str, value: Any) -> str:
    """A text that identifies something, ready for a line of COPY.

    Raises:
        Broken: it is missing, no text, too long, or has letters that cannot be printed.
    """
    if not isinstance(value, str) or not value:
        raise Broken(MISSING, f"{name} is missing or no text")
    if len(value) > LONGEST_TEXT or not value.isprintable():
        raise Broken(NOT_A_RECORD, f"{name} is too long, or not printable")
    return value


def checked_span(name: str, began: int, ended: Any) -> int:
    """Milliseconds from one moment to a later one.

    Raises:
        Broken: the later one is missing, before the other, or weeks after it.
    """
    if type(ended) is not int:
        raise Broken(MISSING, f"{name} is missing or no whole number")
    if not 0 <= ended - began <= LONGEST:
        raise Broken(NEGATIVE, f"{name} lies {ended - began} ms after what it follows")
    return ended - began
