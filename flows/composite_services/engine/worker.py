"""A worker: takes what is due, has the calls made, and commits the answers in groups."""

import logging
import queue
import threading
from datetime import datetime, timedelta
from time import monotonic, sleep

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from flows.composite_services.engine.answering import Tally, answer
from flows.composite_services.engine.calls import Answered, Intent, make
from flows.composite_services.engine.carrier import Carrier
from flows.composite_services.engine.lanes import Lanes, Rooms
from flows.composite_services.engine.places import places
from flows.composite_services.engine.taking import next_due, plan, take
from flows.composite_services.history import Together
from flows.composite_services.holding.circuits import note
from flows.composite_services.status import ACTOR
from flows.ingest.away import AWAY
from models.environment.secrets import redact

POLL = 2.0
"""Seconds after which a worker looks for what is due, whether it was woken or not."""
GROUP, GATHER = 200, 0.1
"""Answers that are committed together at most, and seconds that the first waits for others."""
GLANCE = 0.005
"""Seconds between two looks whether enough have come: to be woken by each would slow the calls."""
LATEST = 0.25
"""The share of its lease after which a call is no longer begun."""
AGAIN = 0.5
"""Seconds after which a database that is away is tried again."""
NOTED = 1.0
"""Seconds between two notes that a system works, while none says otherwise."""
log = logging.getLogger(__name__)


class Worker:
    """Carries applications until it is told to stop. Use it as a context: its threads end with it.

    Everything that matters is in the database: a worker that is killed loses nothing.
    """

    def __init__(self, carrier: Carrier, only: int | None = None) -> None:
        self._carrier = carrier
        self._only = only
        self._lanes = Lanes(carrier.at_once, self._call)
        self._came = self._lanes.came
        self._unwritten: list[Answered] = []
        self._more = True
        self._look_at = monotonic()
        self._noted = 0.0

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *_: object) -> None:
        self._lanes.end()

    def wake(self) -> None:
        """Something is due: look now. To be called from any thread."""
        self._came.put(None)

    def run(self, stop: threading.Event) -> None:
        """Carry what is due until `stop` is set; then wait for the calls that are out."""
        while not stop.is_set():
            self._round(0.0 if self._more else max(0.0, self._look_at - monotonic()))
        self.finish()

    def until_idle(self, within: float) -> None:
        """Carry on until nothing is due now, or for so many seconds; then await what is out."""
        ends, self._more = monotonic() + within, True
        while (self._lanes.out or self._more or self._unwritten) and monotonic() < ends:
            self._round(0.0 if self._more else 0.05)
        self.finish()

    def finish(self) -> None:
        """Take nothing more, and write the answers of the calls that are out."""
        self._more = False
        while self._lanes.out or self._unwritten:
            self._round(POLL, taking=False)

    def _round(self, patience: float, *, taking: bool = True) -> None:
        group = self._unwritten or self._gathered(patience)
        self._unwritten = group
        taking = taking and (self._more or monotonic() >= self._look_at)
        if not group and not taking:
            return
        try:
            self._carry(group, taking)
        except AWAY as error:
            log.warning("The database is away: %s", redact(str(error)).splitlines()[0])
            self._carrier.engine.dispose()
            threading.Event().wait(AGAIN)
        except DBAPIError:
            if not group:
                raise
            self._one_by_one(group)

    def _one_by_one(self, group: list[Answered]) -> None:
        """Something in the group cannot be written: find it, and leave it to its lease's end."""
        for answered in group:
            try:
                self._carry([answered], taking=False)
            except DBAPIError as error:
                intent = answered.intent
                named = f"{intent.step}, attempt {intent.attempt}"
                log.error("Writing the answer to %s: %s", named, places(error))
                self._unwritten, self._more = [], self._lanes.done([answered]) or self._more

    def _carry(self, group: list[Answered], taking: bool) -> None:
        moment, tally, together = self._carrier.clock(), Tally(), Together()
        rooms = self._lanes.rooms(group)
        with self._carrier.engine.begin() as connection:
            intents = self._answer(connection, moment, group, rooms, tally, together)
            if taking:
                carrier, only = self._carrier, self._only
                more, self._more = take(carrier, connection, moment, rooms, only, together)
                intents += more
            together.record(connection, ACTOR, moment)
        self._unwritten = []
        self._more = self._lanes.done(group) or self._more
        self._lanes.looked(rooms)
        self._lanes.put(intents)
        if taking:
            self._next_look(moment)
        self._note(moment, tally, any(each.intent.tries for each in group))

    def _answer(
        self,
        connection: Connection,
        moment: datetime,
        group: list[Answered],
        rooms: Rooms,
        tally: Tally,
        together: Together,
    ) -> list[Intent]:
        if not group:
            return []
        made = plan(self._carrier, connection, moment, rooms)
        intents = answer(made, group, tally, together)
        self._more = self._more or made.leaves_due()
        return intents

    def _gathered(self, patience: float) -> list[Answered]:
        """The answers that are there; the first waits a little for others where many are out."""
        try:
            first = self._came.get(timeout=patience) if patience else self._came.get_nowait()
        except queue.Empty:
            return []
        group, ends = self._kept([], first), monotonic() + GATHER
        out = self._lanes.out
        enough = min(GROUP, out // 2 if out > 2 * self._carrier.threads else 1)
        while len(group) < GROUP:
            if len(group) + self._came.qsize() < enough and monotonic() < ends:
                sleep(GLANCE)
                continue
            try:
                self._kept(group, self._came.get_nowait())
            except queue.Empty:
                break
        return group

    def _kept(self, group: list[Answered], came: Answered | None) -> list[Answered]:
        if came is None:
            self._more = True
        else:
            group.append(came)
        return group

    def _next_look(self, moment: datetime) -> None:
        """Nothing more is due: look when the next step is, at the latest after a while."""
        self._look_at = monotonic() + POLL
        if self._more:
            return
        with self._carrier.engine.begin() as connection:
            due = next_due(connection, self._lanes.full(), self._only)
        if due is not None:
            wait: timedelta = max(due - moment, timedelta(0))
            self._look_at = min(self._look_at, monotonic() + wait.total_seconds() + 0.01)

    def _note(self, moment: datetime, tally: Tally, tried: bool) -> None:
        """Tell the circuits, in a transaction of their own: they are locked by others too."""
        quiet = not tally.bad and not tried and monotonic() - self._noted < NOTED
        if quiet or not (tally.good or tally.bad):
            return
        carrier = self._carrier
        with carrier.engine.begin() as connection:
            note(connection, carrier.environment, moment, tally.good, tally.bad)
        self._noted = monotonic()
        if tally.bad or tried:
            carrier.forget_held()

    def _call(self, intent: Intent) -> Answered:
        carrier = self._carrier
        latest = carrier.lease.total_seconds() * LATEST
        return make(intent, carrier.callers, carrier.clock, latest)
