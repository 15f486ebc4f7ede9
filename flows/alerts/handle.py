"""What a person does with an alert: each deed with its history row and its audit entry."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from flows.alerts.naming import CannotHandle, find
from flows.alerts.state import move_all
from models import trail
from models.masking import Masker


@dataclass(frozen=True)
class Hand:
    """Who does it and why; `comment` is masked before it is kept.

    `group` does it to every alert of the same group that is in the same state.
    """

    actor: str
    comment: str
    masker: Masker
    group: bool = False

    def words(self, tried: str) -> str:
        """The comment as it is kept.

        Raises:
            CannotHandle: it is empty.
        """
        comment = self.masker.mask(self.comment.strip())
        if not comment:
            raise CannotHandle(tried, "the comment is empty", "Say why, in a few words")
        return comment


_MOVED = """
    SELECT a.fingerprint, CAST(:became AS text) AS became, CAST(:reason AS text) AS reason,
           CASE WHEN :became = 'firing' THEN a.sentence ELSE CAST(:sentence AS text) END
               AS sentence,
           CAST(:ends_at AS timestamptz) AS ends_at,
           CAST(:until AS timestamptz) AS silenced_until
    FROM alerts a JOIN alerts named ON named.fingerprint = :fingerprint
    WHERE a.fingerprint = named.fingerprint
       OR :group AND a.group_key = named.group_key AND a.state = named.state
"""
_SAID = """
    INSERT INTO alert_changes (fingerprint, was, became, reason, sentence, actor)
    SELECT fingerprint, state, state, :reason, :sentence, :actor
    FROM alerts WHERE fingerprint = :fingerprint
"""


def acknowledge(connection: Connection, fingerprint: str, hand: Hand) -> str:
    """Say that somebody works on it: no more notices of it until it ends.

    Like those below it takes a fingerprint or its first characters (6 at least), writes in
    the caller's transaction and answers the whole fingerprint.

    Raises:
        CannotHandle: see the class.
    """
    return _move(connection, fingerprint, hand, "acknowledged")


def snooze(
    connection: Connection, fingerprint: str, until: datetime, now: datetime, hand: Hand
) -> str:
    """Keep quiet about it until a moment, which carries a time zone and is after `now`.

    It ends with the alert; a silence (`flows.alerts.silences`) covers what fires anew, too.

    Raises:
        CannotHandle: the end is not in the future; otherwise see the class.
    """
    checked_end(f"Snoozing the alert {fingerprint}", until, now)
    return _move(connection, fingerprint, hand, "silenced", until=until)


def wake(connection: Connection, fingerprint: str, hand: Hand) -> str:
    """End a snooze before its time.

    Raises:
        CannotHandle: it is not snoozed; otherwise see the class.
    """
    whole, state = find(connection, fingerprint)
    reason = connection.execute(
        text("SELECT reason FROM alerts WHERE fingerprint = :whole"), {"whole": whole}
    ).scalar_one()
    if state != "silenced" or reason == "silence":
        found = f"it is {state}" if state != "silenced" else "a silence covers it"
        advice = "`tereze alerts silences` shows silences; lift one by its number"
        raise CannotHandle(f"Waking the alert {whole[:12]}", found, advice)
    return _move(connection, fingerprint, hand, "firing")


def resolve_by_hand(connection: Connection, fingerprint: str, now: datetime, hand: Hand) -> str:
    """Declare it ended; it fires again only when the data say anew that it began.

    Raises:
        CannotHandle: see the class.
    """
    return _move(connection, fingerprint, hand, "resolved", ends_at=now)


def comment(connection: Connection, fingerprint: str, hand: Hand) -> str:
    """Say something about it; its state stays.

    Raises:
        CannotHandle: see the class.
    """
    whole, _ = find(connection, fingerprint)
    words = hand.words(f"Commenting on the alert {fingerprint}")
    _say(connection, whole, hand, "commented", words)
    _record(connection, whole, hand, "alert.commented", {"comment": words})
    return whole


def assign(connection: Connection, fingerprint: str, assignee: str, hand: Hand) -> str:
    """Put it into somebody's hands; its state stays.

    Raises:
        CannotHandle: it has ended; otherwise see the class.
    """
    whole, state = find(connection, fingerprint)
    words = hand.words(f"Assigning the alert {fingerprint}")
    if state == "resolved":
        raise _over(whole, f"to {assignee}")
    connection.execute(
        text("UPDATE alerts SET assignee = :assignee WHERE fingerprint = :whole"),
        {"assignee": assignee, "whole": whole},
    )
    _say(connection, whole, hand, "assigned", f"To {assignee}: {words}")
    details = {"assignee": assignee, "comment": words}
    _record(connection, whole, hand, "alert.assigned", details)
    return whole


def checked_end(tried: str, until: datetime, now: datetime) -> None:
    """See that the end of a silence or a snooze is one.

    Raises:
        CannotHandle: it has no time zone, or is not after `now`.
    """
    if until.tzinfo is None or until <= now:
        wrong = "without a time zone" if until.tzinfo is None else "not in the future"
        raise CannotHandle(
            tried,
            f"the end {until.isoformat()} is {wrong}",
            "Give a moment that is still to come, with its time zone: a silence has an end",
        )


def _move(
    connection: Connection,
    prefix: str,
    hand: Hand,
    became: str,
    *,
    until: datetime | None = None,
    ends_at: datetime | None = None,
) -> str:
    words = hand.words(f"Handling the alert {prefix}")
    fingerprint, was = find(connection, prefix)
    row: dict[str, Any] = {
        "fingerprint": fingerprint,
        "became": became,
        "reason": "by_hand",
        "sentence": words,
        "until": until,
        "ends_at": ends_at,
        "group": hand.group,
    }
    count = move_all(connection, _MOVED, row, hand.actor)
    if not count:
        raise _over(fingerprint, f"to {became}")
    details = {"was": was, "became": became, "comment": words}
    if hand.group:
        details["alerts"] = str(count)
    if until is not None:
        details["until"] = until.isoformat()
    _record(connection, fingerprint, hand, f"alert.{became}", details)
    return fingerprint


def _over(fingerprint: str, whereto: str) -> CannotHandle:
    return CannotHandle(
        f"Moving the alert {fingerprint[:12]} {whereto}",
        "it is resolved already",
        "Nothing is to be done; `tereze alerts list` shows what goes on",
    )


def _say(connection: Connection, fingerprint: str, hand: Hand, reason: str, words: str) -> None:
    values = {"fingerprint": fingerprint, "reason": reason, "sentence": words, "actor": hand.actor}
    connection.execute(text(_SAID), values)


def _record(
    connection: Connection, fingerprint: str, hand: Hand, action: str, details: dict[str, Any]
) -> None:
    subject = f"alert {fingerprint}"
    trail.record(connection, actor=hand.actor, action=action, subject=subject, details=details)
