"""The notification log: each attempt to deliver a notice, and what follows from it."""

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, text

from flows.alerts.fire import Firing, fire, resolve
from flows.alerts.house import House
from flows.alerts.routes import RECEIVER_FAILING
from models.alerts import GOES_ON
from models.environment.alerts import Notices

ACTOR = "flow:alerts"
LONGEST_WAIT = timedelta(minutes=10)

_BEGIN = """
    INSERT INTO notice_attempts (notice_id, receiver) VALUES (:id, :receiver) RETURNING id
"""
_END = """
    UPDATE notice_attempts SET ended_at = clock_timestamp(), outcome = :outcome, error = :error
    WHERE id = :attempt
"""
_TAKEN = """
    UPDATE notices SET state = 'sent', sent_at = clock_timestamp(), last_error = NULL
    WHERE id = :id
"""
# A group whose end has been decided meanwhile is not begun anew by what is sent of it.
_KNOWS = """
    UPDATE alert_groups g SET told = told || to_jsonb(CAST(:receiver AS text))
    WHERE group_key = ANY(SELECT jsonb_array_elements_text(CAST(:groups AS jsonb)))
      AND NOT told ? :receiver AND EXISTS (
        SELECT FROM alerts a WHERE a.group_key = g.group_key AND a.notified_at IS NOT NULL
           AND a.state IN ('firing', 'acknowledged', 'silenced', 'resolved'))
"""
_REFUSED = """
    UPDATE notices SET state = :state, last_error = :error, next_attempt_at = :next_attempt_at
    WHERE id = :id
"""
# What else waits for a receiver that has been given up goes the same way at once.
_HAND_OVER = """
    WITH given_up AS (
        UPDATE notices SET state = 'failed', last_error = coalesce(last_error, :error)
        WHERE receiver = :receiver AND (id = :id OR state = 'pending') AND others <> '[]'
          AND (id = :id OR kind <> 'sign')
        RETURNING *
    )
    INSERT INTO notices (receiver, others, stands_for, groups, kind, title, body, numbers, state,
                         created_at)
    SELECT others ->> 0, others - 0, id, groups, kind, title,
           body || chr(10) || CAST(:because AS text),
           numbers, 'pending', created_at
    FROM given_up ORDER BY id
"""
_FAILING = f"""
    SELECT EXISTS (SELECT FROM alerts WHERE name = :name AND state {GOES_ON}
                   AND labels ->> 'receiver' = :receiver)
"""


def begin(connection: Connection, row: dict[str, Any]) -> int:
    """Count an attempt before it is made; answers its number in the log."""
    connection.execute(
        text("UPDATE notices SET attempts = attempts + 1 WHERE id = :id"), {"id": row["id"]}
    )
    values = {"id": row["id"], "receiver": row["receiver"]}
    return int(connection.execute(text(_BEGIN), values).scalar_one())


def taken(connection: Connection, row: dict[str, Any], attempt: int, now: datetime) -> None:
    """The receiver took it: it knows of the groups now, and works."""
    _end(connection, attempt, "taken", None)
    connection.execute(text(_TAKEN), {"id": row["id"]})
    if row["kind"] != "resolved":
        connection.execute(text(_KNOWS), _named(row))
    labels = {"receiver": row["receiver"]}
    resolve(connection, RECEIVER_FAILING, labels, now, "delivered", "It takes notices", ACTOR)


def refused(
    connection: Connection,
    house: House,
    row: dict[str, Any],
    attempt: int,
    error: str,
    now: datetime,
) -> str:
    """It did not arrive: try again later, or give up and use the next; answers the state."""
    config = house.alerts.notices
    _end(connection, attempt, "refused", error)
    count = row["attempts"] + 1
    # Known to fail: what could be told to somebody else does not wait for ten attempts again.
    most = 1 if row["others"] and _is_failing(connection, row) else config.attempts
    given_up = count >= most
    values = {
        "id": row["id"],
        "error": error,
        "state": "failed" if given_up else "pending",
        "next_attempt_at": None if given_up else now + _wait(config, count),
    }
    connection.execute(text(_REFUSED), values)
    if not given_up:
        return "pending"
    labels = {"receiver": row["receiver"]}
    attempts = "1 attempt" if count == 1 else f"{count} attempts"
    sentence = f"{row['receiver']} took no notice in {attempts}: {error}"
    if not _is_failing(connection, row):
        fire(
            connection,
            Firing(RECEIVER_FAILING, "critical", labels, labels, now, sentence),
            ACTOR,
        )
    words = "You are told because {receiver} takes no notices."
    because = house.tongue(row["receiver"]).say(words, receiver=row["receiver"])
    values = {**_named(row), "error": "not tried: it took nothing", "because": because}
    connection.execute(text(_HAND_OVER), values)
    return "failed"


def _wait(config: Notices, count: int) -> timedelta:
    """Doubling; the base is what `retry` says."""
    wait: timedelta = config.retry * 2 ** min(count - 1, 10)
    return min(wait, max(LONGEST_WAIT, config.retry))


def _is_failing(connection: Connection, row: dict[str, Any]) -> bool:
    values = {"name": RECEIVER_FAILING, "receiver": row["receiver"]}
    return bool(connection.execute(text(_FAILING), values).scalar_one())


def _end(connection: Connection, attempt: int, outcome: str, error: str | None) -> None:
    values = {"attempt": attempt, "outcome": outcome, "error": error}
    connection.execute(text(_END), values)


def _named(row: dict[str, Any]) -> dict[str, Any]:
    groups = json.dumps(row["groups"])
    return {"id": row["id"], "receiver": row["receiver"], "groups": groups}
