"""Read a window of a source, page by page, into its staging table."""

import hashlib
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine

from connectors.protocol import Connector, CursorValue, Page, Window
from expectations.rules import COMPLETE
from flows.ingest.cursor import Progress
from flows.ingest.drift import Shape
from flows.ingest.mapping import Mapped, Mapping
from flows.ingest.report import BatchStopped
from flows.ingest.spool import Spool
from flows.ingest.staging import Staging

PASSES = 4
"""How often a window is read where records move between pages while they are read."""

Told = Callable[[int, int | None], None]


@dataclass
class Fetched:
    """What came, counted: rows, pages, bytes; and the digest over the pages' digests.

    `cursor` is where the next pull goes on; `seconds` is how long reading took.
    """

    progress: Progress
    shape: Shape = field(default_factory=Shape)
    read: int = 0
    repeated: int = 0
    pages: int = 0
    bytes: int = 0
    seconds: float = 0.0
    announced: int | None = None
    cursor: CursorValue | None = None
    digest: Any = field(default_factory=hashlib.sha256)


class Fetch:
    """One reading of a source into staging; nothing of it is visible to anybody else."""

    def __init__(
        self,
        engine: Engine,
        connector: Connector,
        mapping: Mapping,
        staging: Staging,
        spool: Spool,
        told: Told | None,
    ) -> None:
        self.engine = engine
        self.connector = connector
        self.mapping = mapping
        self.staging = staging
        self.spool = spool
        self.told = told

    def run(self, window: Window, cursor_field: str | None, start: CursorValue | None) -> Fetched:
        """Read the window until it is whole.

        Where records can move between pages, a repeated record means that another may have
        been missed: the window is then read again, until a reading repeats nothing new.

        Raises:
            ConnectorError: the system could not be read.
            BatchStopped: after all passes fewer records came than the system announced.
        """
        fetched = Fetched(Progress(cursor_field, start))
        started = time.monotonic()
        with self.engine.begin() as connection:
            self.staging.create(connection)
        self.connector.open()
        try:
            for _ in range(PASSES):
                before = self.staging.rows
                self._read(window, fetched)
                repeated = self._settle()
                fetched.repeated += repeated
                fresh = self.staging.rows - before - repeated
                if not self.connector.moves or not repeated or (before and fresh <= 0):
                    break
        finally:
            self.connector.close()
        fetched.seconds = time.monotonic() - started
        with self.engine.begin() as connection:
            self.staging.mark_clashes(connection)
        self._require_all(fetched)
        fetched.cursor = fetched.progress.end()
        return fetched

    def _read(self, window: Window, fetched: Fetched) -> None:
        """Read page after page; while one is asked for and read, the one before is written."""
        with ThreadPoolExecutor(1, thread_name_prefix="staging") as writer:
            writing: Future[None] | None = None
            for page in self.connector.pages(window):
                mapped = self._take(page, fetched)
                if writing is not None:
                    writing.result()
                writing = writer.submit(self._write, mapped, len(page.records))
                if self.told is not None:
                    self.told(fetched.read, page.total)
            if writing is not None:
                writing.result()

    def _take(self, page: Page, fetched: Fetched) -> Mapped:
        fetched.pages += 1
        fetched.bytes += page.size
        fetched.digest.update(bytes.fromhex(page.sha256))
        if page.total is not None and fetched.announced is None:
            fetched.announced = page.total
        fetched.read += len(page.records)
        fetched.shape.add(page.records)
        fetched.progress.add(page.records)
        if page.records:
            self.spool.add(page.records)
        return self.mapping.apply(page.records)

    def _write(self, mapped: Mapped, rows: int) -> None:
        if rows:
            with self.engine.begin() as connection:
                self.staging.copy(connection, mapped, rows)

    def _settle(self) -> int:
        with self.engine.begin() as connection:
            return self.staging.settle(connection)

    def _require_all(self, fetched: Fetched) -> None:
        kept = fetched.read - fetched.repeated
        if fetched.announced is not None and kept < fetched.announced:
            words = f"{fetched.announced} announced, {kept} came in {PASSES} readings at most"
            raise BatchStopped([(COMPLETE.code, f"{COMPLETE.text}: {words}")])
