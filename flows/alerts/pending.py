"""Send what is committed as pending, and keep what became of it."""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text

from flows.alerts.deliver import deliver
from flows.alerts.fire import Firing, fire, resolve
from flows.alerts.routes import RECEIVER_FAILING
from models.environment.alerts import Alerts

MOST_ATTEMPTS = 10
ACTOR = "flow:alerts"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sent:
    """How many notices were sent, of them repeats; how many are to be retried; given up."""

    sent: int
    repeated: int
    retrying: int
    failed: int


def send_pending(
    engine: Engine, config: Alerts, created: Collection[int], now: datetime, home: Path
) -> Sent:
    """Send every pending notice; those not `created` in this round are marked as repeats.

    A process killed between sending and noting it has the notice sent again: the mark tells
    the reader so.
    """
    with engine.connect() as connection:
        statement = "SELECT * FROM notices WHERE state = 'pending' ORDER BY id"
        rows = [dict(row) for row in connection.execute(text(statement)).mappings()]
    counts = {"sent": 0, "repeated": 0, "pending": 0, "failed": 0}
    for row in rows:
        repeat = row["id"] not in created
        state = _attempt(engine, config, row, repeat, now, home)
        counts[state] += 1
        counts["repeated"] += state == "sent" and repeat
    return Sent(counts["sent"], counts["repeated"], counts["pending"], counts["failed"])


def _attempt(
    engine: Engine, config: Alerts, row: dict[str, Any], repeat: bool, now: datetime, home: Path
) -> str:
    """One attempt, counted before it is made; answers the state of the notice after it."""
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE notices SET attempts = attempts + 1 WHERE id = :id"), {"id": row["id"]}
        )
    receiver = config.receivers.get(row["receiver"])
    if receiver is None:
        error: str | None = f"alerts.yaml declares no receiver {row['receiver']!r} any more"
    else:
        error = deliver(receiver, _outgoing(row, repeat, now), home)
    with engine.begin() as connection:
        if error is None:
            _sent(connection, row, now)
            return "sent"
        given_up = row["attempts"] + 1 >= MOST_ATTEMPTS
        _not_sent(connection, row, error, now, given_up)
        return "failed" if given_up else "pending"


def _outgoing(row: dict[str, Any], repeat: bool, now: datetime) -> dict[str, Any]:
    return {
        "at": now.isoformat(),
        "id": row["id"],
        "receiver": row["receiver"],
        "kind": row["kind"],
        "title": f"{row['title']} (repeat)" if repeat else row["title"],
        "body": row["body"],
        "numbers": row["numbers"],
        "groups": row["groups"],
        "repeat": repeat,
    }


def _sent(connection: Connection, row: dict[str, Any], now: datetime) -> None:
    connection.execute(
        text(
            "UPDATE notices SET state = 'sent', sent_at = clock_timestamp(), last_error = NULL"
            " WHERE id = :id"
        ),
        {"id": row["id"]},
    )
    labels = {"receiver": row["receiver"]}
    resolve(connection, RECEIVER_FAILING, labels, now, "delivered", "It takes notices", ACTOR)


def _not_sent(
    connection: Connection, row: dict[str, Any], error: str, now: datetime, given_up: bool
) -> None:
    log.warning("Notice %s did not reach %s: %s", row["id"], row["receiver"], error)
    connection.execute(
        text("UPDATE notices SET state = :state, last_error = :error WHERE id = :id"),
        {"id": row["id"], "error": error, "state": "failed" if given_up else "pending"},
    )
    if given_up:
        labels = {"receiver": row["receiver"]}
        sentence = f"{row['receiver']} took no notice in {MOST_ATTEMPTS} attempts: {error}"
        firing = Firing(RECEIVER_FAILING, "critical", labels, labels, now, sentence)
        fire(connection, firing, ACTOR)
