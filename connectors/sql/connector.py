"""The SQL connector: pages of rows by keyset, from a database that is only read."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Any, ClassVar

import orjson
from pydantic import BaseModel
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.sql.selectable import Select

from connectors.bounds import cursor_field
from connectors.calls import pages_told
from connectors.errors import WrongAnswer
from connectors.lifecycle import Openable
from connectors.protocol import Description, Health, Page, SourceContext, Window
from connectors.sample import SAMPLE_SIZE, describe_records
from connectors.sql.engine import make_engine
from connectors.sql.failures import explained
from connectors.sql.keyset import Keyset
from connectors.sql.options import SqlConnection, SqlRequest
from connectors.sql.values import check_columns, to_records

Rows = Sequence[Sequence[Any]]


class SqlConnector(Openable):
    """Reads a table or a query.

    A page's size and hash are over its records as JSON. Each page is a transaction of its own
    that is rolled back, so nothing is held in the source's database while a page is worked on; a
    row that changes meanwhile has a later cursor and comes (again) later.
    """

    name: ClassVar[str] = "sql"
    Connection: ClassVar[type[BaseModel]] = SqlConnection
    Request: ClassVar[type[BaseModel]] = SqlRequest

    def __init__(
        self, connection: SqlConnection, request: SqlRequest, context: SourceContext
    ) -> None:
        super().__init__(context)
        self.connection = connection
        self.request = request
        dialect = make_url(connection.url).get_backend_name()
        self._keyset = Keyset(request, context.cursor_field, dialect)
        self._engine: Engine | None = None
        what = request.table or "the query"
        self._asked = f"Reading {what} of {context.source} from {connection.url}"

    @property
    def moves(self) -> bool:
        """A page starts behind the last row's keys, wherever other rows have moved."""
        return False

    def _acquire(self, held: ExitStack) -> None:
        self._engine = make_engine(self.connection, self.context.folder)
        held.callback(self._engine.dispose)

    def pages(self, window: Window) -> Iterator[Page]:
        """The rows in the window by cursor and key, those without cursor first.

        Raises:
            WillNeverWork: a bound without a cursor; a table, column or right that is not there.
            WrongAnswer: two rows with the same key; a value that is no text, number or time.
        """
        held = self._must_be_open()
        what = self.request.table or "query"
        return pages_told(self.context.tell, what, self._pages(window, held))

    def _pages(self, window: Window, held: ExitStack) -> Iterator[Page]:
        for number, records in enumerate(self._batches(window, held), start=1):
            raw = orjson.dumps(records)
            yield Page(number, records, len(raw), hashlib.sha256(raw).hexdigest())

    def _batches(self, window: Window, held: ExitStack) -> Iterator[list[dict[str, Any]]]:
        if self.context.cursor_field is None:
            if window.since is not None or window.until is not None:
                cursor_field(self.context, window)
            yield from self._run(lambda last: self._keyset.by_key(last and last[1]), held)
            return
        yield from self._run(lambda last: self._keyset.empty_cursors(last and last[1]), held)
        yield from self._run(lambda last: self._keyset.by_cursor(window, last), held)

    def _run(self, statement: Any, held: ExitStack) -> Iterator[list[dict[str, Any]]]:
        """The pages of one statement; it is given the keys of the last row read."""
        last: tuple[Any, Any] | None = None
        more = True
        while more:
            self._must_be_open(held)
            columns, rows = self._fetch(statement(last))
            more = len(rows) > self.request.page_size
            keys = self._check_keys(columns, rows)
            if not rows:
                return
            last = keys[: self.request.page_size][-1]
            yield to_records(self._asked, columns, rows[: self.request.page_size])

    def _fetch(self, statement: Select[Any]) -> tuple[list[str], Rows]:
        assert self._engine is not None  # made by _acquire
        with explained(self._asked, self._engine), self._engine.connect() as connection:
            result = connection.execute(statement)
            return list(result.keys()), result.fetchall()  # leaving the block rolls back

    @property
    def _needed(self) -> tuple[str, str]:
        return self.context.cursor_field or self.request.key, self.request.key

    def _check_keys(self, columns: list[str], rows: Rows) -> list[tuple[Any, Any]]:
        """Cursor and key of each row.

        Raises:
            WrongAnswer: two rows share them: at a page's end one of them would be lost.
        """
        check_columns(self._asked, columns, self._needed)
        first, second = (columns.index(name) for name in self._needed)
        keys = [(row[first], row[second]) for row in rows]
        if len(set(keys)) < len(keys) or any(key is None for _, key in keys):
            raise WrongAnswer(
                self._asked,
                f"{self.request.key} is empty, or the same in two rows of one cursor value",
                "Name a column as `key` that is filled and different in each row",
            )
        return keys

    def health(self) -> Health:
        """Whether the database answers now, and what is to be read is there."""
        return self._timed_health(self._probe)

    def _probe(self) -> str:
        columns, rows = self._fetch(self._keyset.one_row())
        check_columns(self._asked, columns, self._needed)
        return f"the database answers; there are {'rows' if rows else 'no rows'}"

    def describe(self) -> Description:
        """The columns and kinds of values in the first rows."""
        with self._opened():
            held = self._must_be_open()
            sample = next(self._batches(Window(), held), [])
        return describe_records(sample[:SAMPLE_SIZE])
