"""Rounds of notices as soon as something changes: woken by the database, not by a schedule.

Every change of an alert's state is announced at its commit (`flows.alerts.state`). Rounds by the
schedule and at the end of jobs go on beside this one; none of them sends what another does.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import psycopg
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from flows.alerts.house import House
from flows.alerts.notices import RoundReport, notify
from flows.alerts.state import CHANNEL
from models.environment.secrets import redact
from models.errors import TerezeError

SOON, QUIET = 1.0, 5.0
"""Seconds to the next round without a call: where something waits, and where nothing does."""
GATHER = 0.1
"""Seconds after a call in which other changes may come, to be told together."""
LOOK = 0.5
"""Seconds between two looks whether to go on."""
log = logging.getLogger(__name__)
Houses = Callable[[], House]


def watch(engine: Engine, house: Houses, going_on: Callable[[], bool]) -> None:
    """Run rounds while `going_on`; `house` is asked before each, so that it may change.

    Where the database is away it is tried again; nothing is lost, because what is to be told
    stands in it.
    """
    while going_on():
        try:
            with _listening(engine, going_on) as heard:
                while going_on():
                    report = notify(engine, house(), datetime.now(UTC))
                    heard(pause_after(report))
        except (DBAPIError, psycopg.Error) as error:  # while it listens, the driver's own
            said = error.orig if isinstance(error, DBAPIError) else error
            log.warning("The database is away: %s", redact(str(said)).strip())
            time.sleep(SOON)
        except TerezeError as error:
            log.warning("No round of notices: %s", redact(str(error)))
            time.sleep(SOON)


def pause_after(report: RoundReport) -> float:
    """How long to wait for a call after a round, in seconds."""
    return SOON if report.waiting or report.retrying or report.busy else QUIET


@contextmanager
def _listening(engine: Engine, going_on: Callable[[], bool]) -> Iterator[Callable[[float], bool]]:
    """A way to wait, for so many seconds at most, until an alert of this schema has changed."""
    connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    try:
        connection.exec_driver_sql(f"LISTEN {CHANNEL}")
        schema = connection.exec_driver_sql("SELECT current_schema()").scalar_one()
        raw: Any = connection.connection.driver_connection

        def heard(seconds: float) -> bool:
            until = time.monotonic() + seconds
            while going_on() and (rest := until - time.monotonic()) > 0:
                calls = list(raw.notifies(timeout=min(rest, LOOK), stop_after=1))
                if any(call.payload == schema for call in calls):
                    list(raw.notifies(timeout=GATHER))  # told together with this one
                    return True
            return False

        yield heard
    finally:
        connection.invalidate()  # it listens still: not for the pool
        connection.close()
