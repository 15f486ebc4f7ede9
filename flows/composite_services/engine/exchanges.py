"""Our calls to bodies as exchanges, for whoever watches the systems."""

import threading
from collections import defaultdict
from datetime import datetime, timedelta
from time import monotonic

from sqlalchemy import Engine

from connectors.calls import Call
from flows.composite_services.engine.calls import Clock
from flows.failures.exchanges.calls import write_calls
from flows.ingest.away import AWAY

CLIENT = "composite_services"
"""Who asks, beside the sources that are pulled."""


class Exchanges:
    """The calls since they were last kept, by system; many threads add to them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._calls: dict[str, list[Call]] = defaultdict(list)

    def add(self, system: str, call: Call) -> None:
        """Take a call that has ended."""
        with self._lock:
            self._calls[system].append(call)

    def keep(self, engine: Engine) -> int:
        """Write the calls and forget them; answers how many.

        Where the database is away they are lost: the steps themselves say what they met.
        """
        with self._lock:
            calls, self._calls = self._calls, defaultdict(list)
        now, ticks = self._clock(), monotonic()
        try:
            for system, each in calls.items():
                self._keep(engine, system, each, now, ticks)
        except AWAY:
            engine.dispose()
        return sum(len(each) for each in calls.values())

    def _keep(
        self, engine: Engine, system: str, calls: list[Call], now: datetime, ticks: float
    ) -> None:
        timed = [(now + timedelta(seconds=call.began - ticks), call) for call in calls]
        named = f"steps-{int(ticks * 1e6)}"
        with engine.begin() as connection:
            write_calls(connection, system, CLIENT, named, timed, now)
