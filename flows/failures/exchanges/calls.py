"""Our own calls as exchanges: what connectors told of during a pull, written at its end."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from time import monotonic

from sqlalchemy import Connection, Engine, text

from connectors.calls import Call
from flows.failures.exchanges.batch import LONGEST, LONGEST_TEXT, Batch
from flows.failures.exchanges.store import store
from flows.ingest.away import AWAY
from models.environment.exchanges import OURS
from models.environment.sources import Source
from models.exchanges import CLIENT, FAILED, GOOD, REFUSED

_LOOKED = """
    INSERT INTO exchange_sources AS known
        (source, system, looked_until, tried_at, reason, read, stored)
    VALUES (:source, :source, :until, :until, 'done', :read, :stored)
    ON CONFLICT (source) DO UPDATE SET
        looked_until = greatest(known.looked_until, excluded.looked_until),
        tried_at = greatest(known.tried_at, excluded.tried_at),
        read = known.read + excluded.read, stored = known.stored + excluded.stored
"""


class OurCalls:
    """The calls of one pull; `now` is when it began, also where that is not by the clock."""

    def __init__(self, source: Source, now: datetime) -> None:
        self._source = source
        self._now = now
        self._began = monotonic()
        self._calls: list[Call] = []

    def add(self, call: Call) -> None:
        """Take a call that has ended."""
        self._calls.append(call)

    def keep(self, engine: Engine, pull_id: int) -> None:
        """Write the calls, also those of a pull that failed.

        Where the database is away they are lost, and the pull is told of by what it met itself.
        """
        if not self._calls:
            return
        try:
            with engine.begin() as connection:
                timed = [(self._moment(call.began), call) for call in self._calls]
                system, client = self._source.system, self._source.source
                until = self._moment(monotonic())
                write_calls(connection, system, client, f"pull-{pull_id}", timed, until)
        except AWAY:
            engine.dispose()

    def _moment(self, at: float) -> datetime:
        return self._now + timedelta(seconds=at - self._began)


def write_calls(
    connection: Connection,
    system: str,
    client: str,
    named: str,
    timed: Sequence[tuple[datetime, Call]],
    until: datetime,
) -> None:
    """Write calls to a system, each with when it began; all are known up to `until`.

    `client` is who asked, and `named` what no other batch of calls is called.
    """
    stored = store(connection, OURS, _batch(client, named, timed), until, system)
    values = {"source": OURS, "until": until, "read": len(timed), "stored": stored.fresh}
    connection.execute(text(_LOOKED), values)


def _batch(client: str, named: str, timed: Sequence[tuple[datetime, Call]]) -> Batch:
    batch = Batch()
    for nth, (at, call) in enumerate(timed):
        service = _printable(call.service)
        slot = batch.slots.get(service)
        if slot is None:
            slot = batch.slot(service, CLIENT, service, client)
        began = int(at.timestamp() * 1000)
        took = min(round(call.took * 1000), LONGEST)
        outcome = GOOD if call.failure is None else REFUSED if call.ours else FAILED
        batch.rows.append(
            f"{began}\t{CLIENT}\t{slot}\t\\N\t\\N\t{took}\t{call.size}\t{outcome}"
            f"\t{named}-{nth}\t\\N\t{call.failure or _NULL}\t0\n"
        )
    return batch


_NULL = r"\N"


def _printable(service: str) -> str:
    kept = "".join(letter if letter.isprintable() else "?" for letter in service)
    return kept[:LONGEST_TEXT] or "?"
