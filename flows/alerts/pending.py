"""Send what is committed as pending, and keep what became of it.

Each receiver has a queue of its own, so that a slow one keeps no other waiting; whoever holds a
queue's lock sends it, so that two processes never send the same notice at once.
"""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from flows.alerts import attempts
from flows.alerts.alertmanager import alerts_of
from flows.alerts.deliver import deliver
from flows.alerts.house import House

LOCK = 7_391_521
AT_ONCE = 6
"""Receivers sent to at the same time, each with one connection to the database."""
PATIENCE = 2
"""So many refusals on end, and what else waits for the receiver is left for later."""
WAIT = "30s"
"""For a queue that another process is sending: what came meanwhile is sent after it."""
log = logging.getLogger(__name__)

_DUE = """
    state = 'pending' AND (next_attempt_at IS NULL OR next_attempt_at <= CAST(:now AS timestamptz))
"""
_QUEUES = f"SELECT DISTINCT receiver FROM notices WHERE {_DUE} ORDER BY receiver"
_QUEUE = f"SELECT * FROM notices WHERE {_DUE} AND receiver = :receiver ORDER BY id"


@dataclass(frozen=True)
class Sent:
    """How many notices were sent, of them repeats; how many are to be retried; given up."""

    sent: int
    repeated: int
    retrying: int
    failed: int


def send_pending(engine: Engine, house: House, now: datetime) -> Sent:
    """Send every pending notice that is due, and what follows from those that are given up.

    Raises:
        DBAPIError: the database went away.
    """
    counts = dict.fromkeys(("sent", "repeated", "pending", "failed"), 0)
    for _ in range(len(house.alerts.receivers) + 1):  # one given up is followed by another
        with engine.connect() as connection:
            receivers = list(connection.execute(text(_QUEUES), {"now": now}).scalars())
        if not receivers:
            break
        with ThreadPoolExecutor(min(AT_ONCE, len(receivers))) as pool:
            queues = [pool.submit(_send, engine, house, each, now) for each in receivers]
        states = [state for queue in queues for state in queue.result()]
        for state in states:
            counts[state] += 1
        if "failed" not in states:
            break
    return Sent(counts["sent"], counts["repeated"], counts["pending"], counts["failed"])


def _send(engine: Engine, house: House, receiver: str, now: datetime) -> list[str]:
    """Send one receiver's queue; answers what became of each, `repeated` beside `sent`."""
    found: list[str] = []
    refused = 0
    with engine.connect() as connection, _queue(connection, house, receiver) as ours:
        if not ours:
            return []
        rows = [
            dict(row)
            for row in connection.execute(
                text(_QUEUE), {"now": now, "receiver": receiver}
            ).mappings()
        ]
        connection.commit()
        for row in rows:
            if refused == PATIENCE:
                break
            state = _attempt(connection, house, row, now)
            found += [state, "repeated"] if state == "sent" and row["attempts"] else [state]
            refused = 0 if state == "sent" else refused + 1
            if state == "failed":  # what else waits for it has been handed over
                break
    return found


@contextmanager
def _queue(connection: Connection, house: House, receiver: str) -> Iterator[bool]:
    """Hold the receiver's queue, or wait for it; of the session: gone with the process."""
    values = {"lock": LOCK, "name": f"{house.settings.environment}/{receiver}"}
    connection.execute(text(f"SET lock_timeout = '{WAIT}'"))
    try:
        connection.execute(text("SELECT pg_advisory_lock(:lock, hashtext(:name))"), values)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != "55P03":  # lock_not_available
            raise
        connection.rollback()
        yield False
        return
    connection.execute(text("SET lock_timeout = DEFAULT"))
    connection.commit()
    try:
        yield True
    finally:
        connection.rollback()
        connection.execute(text("SELECT pg_advisory_unlock(:lock, hashtext(:name))"), values)
        connection.commit()


def _attempt(connection: Connection, house: House, row: dict[str, Any], now: datetime) -> str:
    """One attempt, on record before it is made; answers the state of the notice after it."""
    number = attempts.begin(connection, row)
    receiver = house.alerts.receivers.get(row["receiver"])
    again = house.tongue(row["receiver"]).code("kind", "repeat") if row["attempts"] else None
    outgoing = _outgoing(row, again, now)
    if receiver is not None and receiver.alertmanager is not None:
        outgoing["alerts"] = alerts_of(connection, house, row, now)
    connection.commit()
    if receiver is None:
        error: str | None = f"alerts.yaml declares no receiver {row['receiver']!r} any more"
    else:
        error = deliver(receiver, outgoing, house.home)
    with connection.begin():
        if error is None:
            attempts.taken(connection, row, number, now)
            return "sent"
        log.warning("Notice %s did not reach %s: %s", row["id"], row["receiver"], error)
        return attempts.refused(connection, house, row, number, error, now)


def _outgoing(row: dict[str, Any], again: str | None, now: datetime) -> dict[str, Any]:
    """What goes out; `again` is the word for what may have arrived before."""
    return {
        "at": now.isoformat(),
        "id": row["id"],
        "receiver": row["receiver"],
        "kind": row["kind"],
        "title": f"{row['title']} ({again})" if again else row["title"],
        "body": row["body"],
        "numbers": row["numbers"],
        "groups": row["groups"],
        "repeat": again is not None,
    }
