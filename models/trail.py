"""The audit trail's two verbs: record an entry, and verify that nobody touched the entries."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, text

ORIGIN = "0" * 64
"""What the first entry follows."""
PAGE = 2000
"""Entries that are read at once."""
MOST_PROBLEMS = 100
"""A verdict names this many problems at most: the first ones are what an inquiry starts from."""

Kind = Literal["changed", "missing", "out_of_place", "missing_end", "beyond_end", "no_head"]


@dataclass(frozen=True)
class Problem:
    """Something wrong with the trail at entry `seq`."""

    kind: Kind
    seq: int
    sentence: str


@dataclass(frozen=True)
class Verdict:
    """What `verify` found: `count` entries, and the hash of the last one (`ORIGIN` for none).

    Comparing `head` with a copy kept elsewhere finds a trail that was rewritten as a whole,
    which no chain can find by itself.
    """

    count: int
    head: str
    problems: tuple[Problem, ...] = field(default=())

    @property
    def ok(self) -> bool:
        """Whether nothing is changed, missing or out of place."""
        return not self.problems


def record(
    connection: Connection,
    *,
    actor: str,
    action: str,
    subject: str,
    details: Mapping[str, Any],
    basis: str | None = None,
) -> int:
    """Append one entry in the caller's transaction and answer its number.

    Writers queue for the head of the trail until the caller commits, so record last and commit
    soon. `details` must be free of unmasked personal identifiers: the caller masks them, because
    an entry can never be taken back.

    Raises:
        ValueError, TypeError: `details` cannot be written as JSON.
    """
    # The database answers `details` as it will keep them: 1e2 comes back as 100, and the hash
    # has to be over what will be read.
    head = connection.execute(
        text(
            "SELECT seq, hash, clock_timestamp() AS at, CAST(:details AS jsonb) AS details"
            " FROM audit_head WHERE one = 1 FOR UPDATE"
        ),
        {"details": json.dumps(dict(details), allow_nan=False)},
    ).one()
    entry = {
        "seq": head.seq + 1,
        "at": head.at,
        "actor": actor,
        "action": action,
        "subject": subject,
        "basis": basis,
        "details": head.details,
        "previous": head.hash,
    }
    digest = _digest(entry)
    connection.execute(
        text(
            "INSERT INTO audit_entries"
            " (seq, at, actor, action, subject, basis, details, previous, hash)"
            " VALUES (:seq, :at, :actor, :action, :subject, :basis, CAST(:details AS jsonb),"
            " :previous, :hash)"
        ),
        entry | {"details": json.dumps(head.details), "hash": digest},
    )
    connection.execute(
        text("UPDATE audit_head SET seq = :seq, hash = :hash WHERE one = 1"),
        {"seq": entry["seq"], "hash": digest},
    )
    return int(entry["seq"])


def _digest(entry: Mapping[str, Any]) -> str:
    """SHA-256 (hex) over the entry as JSON: keys sorted, no spaces, the moment in UTC."""
    moment: datetime = entry["at"]
    content = dict(entry) | {"at": moment.astimezone(UTC).isoformat(timespec="microseconds")}
    written = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


_FIELDS = ("seq", "at", "actor", "action", "subject", "basis", "details", "previous")
# One statement is one snapshot: entries written meanwhile are no false alarm.
_STREAM = text(
    "SELECT head.seq AS head_seq, head.hash AS head_hash, e.* FROM (SELECT 1) AS always"
    " LEFT JOIN audit_head head ON true LEFT JOIN audit_entries e ON true ORDER BY e.seq"
)


def verify(connection: Connection, told: Callable[[int, int], None] | None = None) -> Verdict:
    """Read the whole trail, in pages, and say what is wrong with it.

    `told` hears after each page how many entries were read, and of how many.
    """
    rows = connection.execute(_STREAM, execution_options={"yield_per": PAGE})
    problems: list[Problem] = []
    count, seq, previous = 0, 0, ORIGIN
    row: Row[Any] | None = None
    for row in rows:
        if row.seq is None:
            break
        if len(problems) < MOST_PROBLEMS:
            problems.extend(_problems(row, seq, previous))
        count, seq, previous = count + 1, row.seq, row.hash
        if told is not None and count % PAGE == 0:
            told(count, row.head_seq or count)
    assert row is not None, "a LEFT JOIN from one row answers at least one"
    problems.extend(_problems_of_the_end(row, seq, previous))
    return Verdict(count, previous, tuple(problems[:MOST_PROBLEMS]))


def _problems(row: Row[Any], before: int, previous: str) -> Iterator[Problem]:
    seq = row.seq
    if seq > before + 1:
        gone = f"{before + 1}" if seq == before + 2 else f"{before + 1} to {seq - 1}"
        yield Problem("missing", before + 1, f"Entries {gone} are missing")
    elif seq <= before or row.previous != previous:
        yield Problem(
            "out_of_place",
            seq,
            f"Entry {seq} does not follow entry {before}: one of the two was put in, moved or"
            " written anew",
        )
    if _digest({name: getattr(row, name) for name in _FIELDS}) != row.hash:
        yield Problem("changed", seq, f"Entry {seq} was changed: its hash is of another content")


def _problems_of_the_end(row: Row[Any], last: int, previous: str) -> Iterator[Problem]:
    if row.head_seq is None:
        yield Problem("no_head", last, "The record of the trail's end is gone")
    elif row.head_seq > last:
        yield Problem(
            "missing_end",
            last + 1,
            f"The end is missing: entries {last + 1} to {row.head_seq}",
        )
    elif row.head_seq < last:
        yield Problem(
            "beyond_end",
            row.head_seq + 1,
            f"Entries after {row.head_seq}, the recorded end, were put in; the last is {last}",
        )
    elif row.head_hash != previous:
        yield Problem(
            "out_of_place", last, f"Entry {last} is not the one recorded as the trail's end"
        )
