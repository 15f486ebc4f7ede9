"""Read every source of exchanges: pages, rows and cursor in one transaction each.

While a batch is written, the next is asked for and read.
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from psycopg.types.json import Jsonb
from sqlalchemy import Engine, text

from connectors.errors import ConnectorError
from flows.failures.exchanges.batch import Batch, Bounds
from flows.failures.exchanges.gateway import GatewayReader
from flows.failures.exchanges.readers import files, log, x_road
from flows.failures.exchanges.readers.page import Page
from flows.failures.exchanges.records import RecordReader
from flows.failures.exchanges.store import Stored, store
from flows.hold import held
from models.environment.exchanges import MonitoringSource
from models.environment.loader import Environment
from models.environment.secrets import redact
from models.errors import ConfigurationError

BATCH = 100_000
"""Records stored in one transaction, at least, where so many come."""

MOST = 2_000_000
"""Records read from a source in one round; the next goes on."""

_LOCK = 7_391_513


class Reader(Protocol):
    """Reads records into a batch."""

    def add(self, records: Any, batch: Batch) -> None:
        """Add each record, or hold it back."""
        ...


@dataclass(frozen=True)
class Read:
    """What came of reading a source; `problem` in words where it could not be read to the end."""

    source: str
    read: int = 0
    fresh: int = 0
    quarantined: int = 0
    problem: str | None = None


def read_all(engine: Engine, environment: Environment, moment: datetime) -> list[Read]:
    """Read all sources, one after another; one that cannot be read does not stop the rest."""
    declared = environment.exchanges.sources
    return [read_one(engine, environment, name, moment) for name in declared]


def read_one(engine: Engine, environment: Environment, name: str, moment: datetime) -> Read:
    """Read what is new from one source, as of a moment.

    A source that another process is reading is left to it.
    """
    source = environment.exchanges.sources[name]
    with held(engine, _LOCK, f"{environment.name}/{name}") as ours:
        if not ours:
            return Read(name, problem="it is being read already")
        reading = _Reading(engine, environment, name, source, moment)
        try:
            reading.run()
        except (ConnectorError, ConfigurationError) as error:
            problem = redact(str(error))
            reading.failed(type(error).__name__, problem)
            return reading.result(problem)
        reading.succeeded()
        return reading.result(None)


class _Reading:
    """One reading of a source that we hold."""

    def __init__(
        self,
        engine: Engine,
        environment: Environment,
        name: str,
        source: MonitoringSource,
        moment: datetime,
    ) -> None:
        self.engine, self.environment, self.name = engine, environment, name
        self.source, self.moment = source, moment
        self.read = self.fresh = self.quarantined = 0

    def run(self) -> None:
        """Read to the end, or to the most of one round.

        Raises:
            ConnectorError: it cannot be read further; what came before is stored.
        """
        with ThreadPoolExecutor(1, thread_name_prefix="exchanges") as writer:
            batches = _Batches(self, writer)
            try:
                for page in self._pages(self._cursor()):
                    batches.add(page)
                    if self.read >= MOST:
                        break
            finally:  # what came before an error is stored, else the same error ends every round
                batches.end()

    def reader(self) -> Reader:
        """What reads this source's records."""
        declared, settings = self.environment.exchanges, self.environment.settings
        bounds = Bounds.of(self.moment, settings.failures.keep)
        if self.source.log is not None:
            return GatewayReader(self.source.log, bounds, declared.worked, settings.timezone)
        return RecordReader(bounds, declared.mistakes)

    def _pages(self, cursor: Any) -> Iterator[Page]:
        folder = self.environment.folder
        if self.source.x_road is not None:
            return x_road.read(self.source.x_road, folder, cursor, self.moment)
        if self.source.files is not None:
            return files.read(self.source.files, folder, cursor)
        return log.read(self.environment, self.name, cursor, self.moment)

    def _cursor(self) -> Any:
        with self.engine.begin() as connection:
            values = {"source": self.name, "system": self.source.system, "moment": self.moment}
            return connection.execute(text(_BEGIN), values).scalar_one()

    def write(self, batch: Batch, page: Page) -> Stored:
        """Store a batch and move the cursor behind it: both or neither."""
        with self.engine.begin() as connection:
            stored = store(connection, self.name, batch, self.moment)
            values = {
                "source": self.name,
                "cursor": Jsonb(page.cursor),
                "until": page.looked_until,
                "read": batch.read,
                "stored": stored.fresh,
                "quarantined": stored.quarantined,
            }
            connection.execute(text(_MOVE), values)
        return stored

    def count(self, stored: Stored) -> None:
        """Add what was stored to the result."""
        self.fresh += stored.fresh
        self.quarantined += stored.quarantined

    def succeeded(self) -> None:
        """Write that the source could be read."""
        with self.engine.begin() as connection:
            connection.execute(text(_SUCCEEDED), {"source": self.name})

    def failed(self, reason: str, sentence: str) -> None:
        """Write that it could not, and since when."""
        values = {
            "source": self.name,
            "moment": self.moment,
            "reason": reason,
            "sentence": sentence,
        }
        with self.engine.begin() as connection:
            connection.execute(text(_FAILED), values)

    def result(self, problem: str | None) -> Read:
        """What came of it."""
        return Read(self.name, self.read, self.fresh, self.quarantined, problem)


class _Batches:
    """Pages put together to batches; one is written while the next is read."""

    def __init__(self, reading: _Reading, writer: ThreadPoolExecutor) -> None:
        self._reading, self._writer = reading, writer
        self._reader = reading.reader()
        self._batch = Batch()
        self._last: Page | None = None
        self._writing: Future[Stored] | None = None

    def add(self, page: Page) -> None:
        """Read a page's records; hand the batch on when it is full."""
        self._reader.add(page.records, self._batch)
        self._last = page
        self._reading.read += len(page.records)
        if self._batch.read >= BATCH:
            self._hand_on()

    def end(self) -> None:
        """Write what is left, and wait until all is written."""
        self._hand_on()
        self._wait()

    def _hand_on(self) -> None:
        self._wait()
        if self._last is not None:
            self._writing = self._writer.submit(self._reading.write, self._batch, self._last)
        self._batch, self._last = Batch(), None

    def _wait(self) -> None:
        if self._writing is not None:
            stored, self._writing = self._writing.result(), None
            self._reading.count(stored)


_BEGIN = """
    INSERT INTO exchange_sources AS known (source, system, tried_at)
    VALUES (:source, :system, :moment)
    ON CONFLICT (source) DO UPDATE SET system = excluded.system,
        tried_at = greatest(known.tried_at, excluded.tried_at)
    RETURNING cursor
"""

# Where a source does not say up to when it is complete, it is so up to its newest exchange.
_MOVE = """
    UPDATE exchange_sources SET cursor = :cursor, read = read + :read, stored = stored + :stored,
        quarantined = quarantined + :quarantined,
        looked_until = greatest(looked_until, coalesce(CAST(:until AS timestamptz), (
            SELECT max(last_at) FROM exchange_series WHERE source = :source
        )))
    WHERE source = :source
"""

_SUCCEEDED = """
    UPDATE exchange_sources SET failing_since = NULL, failed_reads = 0, reason = 'done',
        sentence = NULL
    WHERE source = :source
"""

_FAILED = """
    UPDATE exchange_sources SET failing_since = coalesce(failing_since, :moment),
        failed_reads = failed_reads + 1, reason = :reason, sentence = :sentence
    WHERE source = :source
"""
