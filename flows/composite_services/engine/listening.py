"""Hear at once that something is due: PostgreSQL's LISTEN, on a connection of its own."""

import logging
import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, text

from flows.composite_services.status_sql import CHANNEL
from flows.ingest.away import AWAY
from models.environment.secrets import redact

LOOK = 1.0
"""Seconds between two looks at whether to stop."""
log = logging.getLogger(__name__)


def listen(engine: Engine, wake: Callable[[], None], stop: threading.Event) -> None:
    """Call `wake` for every note about this schema, until `stop`; connects again where cut off.

    A worker looks for itself every few seconds too, so that nothing waits for a note that was
    lost.
    """
    while not stop.is_set():
        try:
            _heard(engine, wake, stop)
        except AWAY as error:
            log.warning("Not listening: %s", redact(str(error)).splitlines()[0])
            stop.wait(LOOK)
    wake()  # whoever waits for work sees that there is to be none


def _heard(engine: Engine, wake: Callable[[], None], stop: threading.Event) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        schema = connection.execute(text("SELECT current_schema()")).scalar_one()
        connection.execute(text(f"LISTEN {CHANNEL}"))
        driver: Any = connection.connection.driver_connection
        wake()  # for what came before it listened
        while not stop.is_set():
            if any(note.payload == schema for note in driver.notifies(timeout=LOOK, stop_after=1)):
                wake()
        connection.execute(text("UNLISTEN *"))
