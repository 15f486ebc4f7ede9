"""What a person does with an alert: each deed with its history row and its audit entry."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from flows.alerts.state import move_all
from models import trail
from models.errors import TerezeError
from models.masking import Masker

SHORTEST = 6
"""Characters of a fingerprint that are enough to name an alert."""


class CannotHandle(TerezeError):
    """No alert, or more than one, is so named; or it is not in a state for what was asked."""


@dataclass(frozen=True)
class Hand:
    """Who does it and why; `comment` is masked before it is kept."""

    actor: str
    comment: str
    masker: Masker


@dataclass(frozen=True)
class Filter:
    """Which alerts to list: all of what is given must be so. The newest `limit` of them."""

    states: tuple[str, ...] = ("firing", "acknowledged", "silenced")
    name: str | None = None
    severity: str | None = None
    labels: dict[str, str] | None = None
    limit: int = 100


@dataclass(frozen=True)
class Listed:
    """An alert as it is listed; moments carry their time zone."""

    fingerprint: str
    name: str
    severity: str
    state: str
    reason: str
    sentence: str
    labels: dict[str, str]
    starts_at: datetime
    ends_at: datetime | None
    silenced_until: datetime | None
    changed_at: datetime


_MOVED = """
    SELECT fingerprint, CAST(:became AS text) AS became, CAST(:reason AS text) AS reason,
           CAST(:sentence AS text) AS sentence, CAST(:ends_at AS timestamptz) AS ends_at,
           CAST(:until AS timestamptz) AS silenced_until
    FROM alerts WHERE fingerprint = :fingerprint
"""
_LIST = """
    SELECT fingerprint, name, severity, state, reason, sentence, labels, starts_at, ends_at,
           silenced_until, changed_at
    FROM alerts
    WHERE state = ANY(:states) AND (CAST(:name AS text) IS NULL OR name = :name)
      AND (CAST(:severity AS text) IS NULL OR severity = :severity)
      AND labels @> CAST(:labels AS jsonb)
    ORDER BY starts_at DESC, fingerprint LIMIT :limit
"""


def list_alerts(connection: Connection, wanted: Filter) -> list[Listed]:
    """The alerts that fit, the newest first."""
    row = {
        "states": list(wanted.states),
        "name": wanted.name,
        "severity": wanted.severity,
        "labels": json.dumps(wanted.labels or {}),
        "limit": wanted.limit,
    }
    return [Listed(**each) for each in connection.execute(text(_LIST), row).mappings()]


def acknowledge(connection: Connection, fingerprint: str, hand: Hand) -> str:
    """Say that somebody works on it: no more notices of it until it ends.

    Like the two below it takes a fingerprint or its first characters (6 at least), writes in
    the caller's transaction and answers the whole fingerprint.

    Raises:
        CannotHandle: see the class.
    """
    return _move(connection, fingerprint, hand, "acknowledged")


def silence(
    connection: Connection, fingerprint: str, until: datetime, now: datetime, hand: Hand
) -> str:
    """Keep quiet about it until a moment, which carries a time zone and is after `now`.

    Raises:
        CannotHandle: the end is not in the future; otherwise see the class.
    """
    if until.tzinfo is None or until <= now:
        raise CannotHandle(
            f"Silencing the alert {fingerprint}",
            f"the end {until.isoformat()} is "
            + ("without a time zone" if until.tzinfo is None else "not in the future"),
            "Give a moment that is still to come, with its time zone: a silence has an end",
        )
    return _move(connection, fingerprint, hand, "silenced", until=until)


def resolve_by_hand(connection: Connection, fingerprint: str, now: datetime, hand: Hand) -> str:
    """Declare it ended; it fires again only when the data say anew that it began.

    Raises:
        CannotHandle: see the class.
    """
    return _move(connection, fingerprint, hand, "resolved", ends_at=now)


def _move(
    connection: Connection,
    prefix: str,
    hand: Hand,
    became: str,
    *,
    until: datetime | None = None,
    ends_at: datetime | None = None,
) -> str:
    comment = hand.masker.mask(hand.comment.strip())
    if not comment:
        raise CannotHandle(
            f"Handling the alert {prefix}", "the comment is empty", "Say why, in a few words"
        )
    fingerprint, was = _find(connection, prefix)
    row: dict[str, Any] = {
        "fingerprint": fingerprint,
        "became": became,
        "reason": "by_hand",
        "sentence": comment,
        "until": until,
        "ends_at": ends_at,
    }
    if not move_all(connection, _MOVED, row, hand.actor):
        raise CannotHandle(
            f"Moving the alert {fingerprint[:12]} to {became}",
            "it is resolved already",
            "Nothing is to be done; `tereze alerts list` shows what goes on",
        )
    details = {"was": was, "became": became, "comment": comment}
    if until is not None:
        details["until"] = until.isoformat()
    trail.record(
        connection,
        actor=hand.actor,
        action=f"alert.{became}",
        subject=f"alert {fingerprint}",
        details=details,
    )
    return fingerprint


def _find(connection: Connection, prefix: str) -> tuple[str, str]:
    """The whole fingerprint and the state of the one alert that is so named, locked."""
    asked = prefix.strip().lower()
    statement = text(
        "SELECT fingerprint, state FROM alerts WHERE starts_with(fingerprint, :asked)"
        " ORDER BY fingerprint LIMIT 6 FOR UPDATE"
    )
    found = [] if len(asked) < SHORTEST else connection.execute(statement, {"asked": asked}).all()
    if len(found) == 1:
        return found[0].fingerprint, found[0].state
    if found:
        names = ", ".join(row.fingerprint[: len(asked) + 6] for row in found)
        problem, advice = f"it fits {names}", "Give more of the fingerprint"
    elif len(asked) < SHORTEST:
        problem = f"{len(asked)} characters are too few"
        advice = f"Give {SHORTEST} of the fingerprint at least"
    else:
        problem = f"no alert is so named; near ones: {_near(connection, asked) or 'none'}"
        advice = "`tereze alerts list` shows them all"
    raise CannotHandle(f"Looking for the alert {prefix!r}", problem, advice)


def _near(connection: Connection, asked: str) -> str:
    """The alerts that share the most of the fingerprint's beginning, those that go on first."""
    statement = text(
        "SELECT fingerprint, name FROM alerts"
        " ORDER BY (SELECT max(n) FROM generate_series(0, length(:asked)) n"
        "           WHERE left(fingerprint, n) = left(:asked, n)) DESC,"
        " state = 'resolved', starts_at DESC LIMIT 3"
    )
    rows = connection.execute(statement, {"asked": asked})
    return ", ".join(f"{row.fingerprint[:12]} ({row.name})" for row in rows)
