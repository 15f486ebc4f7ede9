"""Silences: alerts that fit all of a silence's matchers are told to nobody until it ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from flows.alerts.handle import Hand, checked_end
from flows.alerts.matching import dumped, fits_sql
from flows.alerts.naming import CannotHandle
from flows.alerts.news import QUEUED
from flows.alerts.state import move_all
from models import trail
from models.environment.matchers import Matcher

_ACTIVE = "s.lifted_at IS NULL AND s.starts_at <= :now AND s.ends_at > :now"
_FITTING = f"""
    SELECT a.fingerprint, 'silenced' AS became, 'silence' AS reason,
           'Silence ' || string_agg(s.id::text, ', ' ORDER BY s.id) AS sentence,
           CAST(NULL AS timestamptz) AS ends_at, max(s.ends_at) AS silenced_until
    FROM alerts a JOIN silences s ON {_ACTIVE} AND {fits_sql("s.matchers", "a")}
    WHERE {{which}}
    GROUP BY a.fingerprint
"""
_NEWS = f"{QUEUED} AND a.state = 'firing' AND a.notified_at IS NULL"
_ALL = "a.state IN ('firing', 'acknowledged')"
# What another silence still covers stays quiet until that one ends.
_LIFTED = f"""
    SELECT a.fingerprint, 'firing' AS became, 'silence_lifted' AS reason, a.sentence,
           CAST(NULL AS timestamptz) AS ends_at, CAST(NULL AS timestamptz) AS silenced_until
    FROM alerts a JOIN silences l ON l.id = :id AND {fits_sql("l.matchers", "a")}
    WHERE a.state = 'silenced' AND a.reason = 'silence' AND NOT EXISTS (
        SELECT FROM silences s WHERE {_ACTIVE} AND {fits_sql("s.matchers", "a")})
"""


@dataclass(frozen=True)
class Known:
    """A silence that goes on."""

    id: int
    matchers: list[str]
    author: str
    reason: str
    ends_at: datetime
    alerts: int


def silence(
    connection: Connection,
    matchers: Sequence[Matcher],
    until: datetime,
    now: datetime,
    hand: Hand,
) -> tuple[int, int]:
    """Silence every alert that fits, now and until the end; answers the silence and how many.

    Raises:
        CannotHandle: no matcher, no comment, or an end that is not to come.
    """
    if not matchers:
        raise CannotHandle(
            "Silencing alerts", "no matcher is given", "Give one at least: --match system=land"
        )
    comment = hand.words("Silencing alerts")
    checked_end("Silencing alerts", until, now)
    row = {
        "matchers": dumped(matchers),
        "author": hand.actor,
        "reason": comment,
        "now": now,
        "until": until,
    }
    number = connection.execute(
        text(
            "INSERT INTO silences (matchers, author, reason, starts_at, ends_at)"
            " VALUES (CAST(:matchers AS jsonb), :author, :reason, :now, :until) RETURNING id"
        ),
        row,
    ).scalar_one()
    rows = _FITTING.format(which=_ALL) + " HAVING bool_or(s.id = :id)"
    count = move_all(connection, rows, {"now": now, "id": number}, hand.actor)
    details = {
        "matchers": [str(each) for each in matchers],
        "until": until.isoformat(),
        "comment": comment,
        "alerts": count,
    }
    _record(connection, hand, "silence.made", number, details)
    return int(number), count


def apply(connection: Connection, now: datetime, actor: str) -> int:
    """Silence what has begun to fire under a silence; answers how many."""
    if not connection.execute(
        text(f"SELECT EXISTS (SELECT FROM silences s WHERE {_ACTIVE})"), {"now": now}
    ).scalar_one():
        return 0
    return move_all(connection, _FITTING.format(which=_NEWS), {"now": now}, actor)


def lift(connection: Connection, number: int, now: datetime, hand: Hand) -> int:
    """End a silence before its time; answers how many alerts fire again.

    Raises:
        CannotHandle: there is no such silence, or it is over.
    """
    comment = hand.words(f"Lifting the silence {number}")
    lifted = connection.execute(
        text(
            "UPDATE silences s SET lifted_at = :now, lifted_by = :actor"
            f" WHERE id = :id AND {_ACTIVE} RETURNING id"
        ),
        {"id": number, "now": now, "actor": hand.actor},
    ).scalar()
    if lifted is None:
        going = ", ".join(str(each.id) for each in known(connection, now)) or "none"
        raise CannotHandle(
            f"Lifting the silence {number}",
            f"no such silence goes on; those that do: {going}",
            "`tereze alerts silences` shows them",
        )
    count = move_all(connection, _LIFTED, {"id": number, "now": now}, hand.actor)
    _record(connection, hand, "silence.lifted", number, {"comment": comment, "alerts": count})
    return count


def known(connection: Connection, now: datetime) -> list[Known]:
    """The silences that go on, the one that ends first at the top."""
    rows = connection.execute(
        text(f"""
            SELECT s.id, s.matchers, s.author, s.reason, s.ends_at,
                (SELECT count(*) FROM alerts a WHERE a.state = 'silenced'
                 AND {fits_sql("s.matchers", "a")}) AS alerts
            FROM silences s WHERE {_ACTIVE} ORDER BY s.ends_at, s.id
        """),
        {"now": now},
    ).mappings()
    return [Known(**{**row, "matchers": [_written(each) for each in row["matchers"]]})
            for row in rows]  # fmt: skip


def _written(matcher: dict[str, Any]) -> str:
    return str(Matcher(matcher["label"], matcher["op"], matcher["value"]))


def _record(
    connection: Connection, hand: Hand, action: str, number: int, details: dict[str, Any]
) -> None:
    trail.record(
        connection, actor=hand.actor, action=action, subject=f"silence {number}", details=details
    )


def matchers_of(connection: Connection, fingerprint: str) -> list[Matcher]:
    """Matchers that fit this alert, and it alone: its name and all its labels."""
    row = connection.execute(
        text("SELECT name, labels FROM alerts WHERE fingerprint = :fingerprint"),
        {"fingerprint": fingerprint},
    ).one()
    return [
        Matcher("alertname", "=", row.name),
        *(Matcher(label, "=", value) for label, value in sorted(row.labels.items())),
    ]
