"""Statements that read a window page by page, each page starting behind the last row's keys.

`cursor > :c OR (cursor = :c AND key > :k)` is the portable spelling of `(cursor, key) > (:c, :k)`;
`cursor >= :c` beside it is for planners that cannot use an index for an OR.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.selectable import FromClause, Select

from connectors.protocol import CursorValue, Window
from connectors.sql.options import SqlRequest

Keys = tuple[Any, Any]  # cursor and key of a row, as the driver gives them
_TIMES_AS_TEXT = {"postgresql", "mysql", "mariadb", "sqlite"}


def _column(name: str) -> sa.ColumnClause[Any]:
    return sa.column(name)


def _value(value: object) -> sa.BindParameter[Any]:
    """The value without a type of its own, so that the database takes it for the column's."""
    return sa.literal(value, sa.types.NullType())


@dataclass(frozen=True)
class Keyset:
    """How to read one source of one kind of database."""

    request: SqlRequest
    cursor: str | None
    dialect: str

    def one_row(self) -> Select[Any]:
        """Any row: shows that the database answers and that table and columns are there."""
        return self._page().limit(1)

    def empty_cursors(self, after: Any | None) -> Select[Any]:
        """A page of the rows whose cursor is empty: no window excludes them."""
        assert self.cursor is not None  # else there is no such page
        statement = self._page().where(_column(self.cursor).is_(None))
        return self._behind_key(statement, after)

    def by_key(self, after: Any | None) -> Select[Any]:
        """A page of a source without cursor."""
        return self._behind_key(self._page(), after)

    def by_cursor(self, window: Window, after: Keys | None) -> Select[Any]:
        """A page of the rows in the window; `since` inclusive, `until` exclusive."""
        assert self.cursor is not None  # else by_key is asked
        cursor, key = _column(self.cursor), _column(self.request.key)
        statement = self._page().where(cursor.is_not(None))
        if after is not None:
            last, last_key = _value(after[0]), _value(after[1])
            behind = sa.or_(cursor > last, sa.and_(cursor == last, key > last_key))
            statement = statement.where(cursor >= last, behind)
        elif window.since is not None:
            statement = statement.where(cursor >= _value(self._bound(window.since)))
        if window.until is not None:
            statement = statement.where(cursor < _value(self._bound(window.until)))
        return statement.order_by(cursor, key)

    def _behind_key(self, statement: Select[Any], after: Any | None) -> Select[Any]:
        key = _column(self.request.key)
        if after is not None:
            statement = statement.where(key > _value(after))
        return statement.order_by(key)

    def _page(self) -> Select[Any]:
        # One row more than a page shows whether there is another page, and its keys.
        statement = sa.select(*self._columns()).select_from(self._source())
        return statement.limit(self.request.page_size + 1)

    def _columns(self) -> list[sa.ColumnElement[Any]]:
        if self.request.columns is None:
            return [sa.literal_column("*")]
        wanted = dict.fromkeys((*self.request.columns, self.request.key))
        if self.cursor:
            wanted[self.cursor] = None
        return [_column(name) for name in wanted]

    def _source(self) -> FromClause:
        if self.request.table is not None:
            schema, _, name = self.request.table.rpartition(".")
            return sa.table(name, schema=schema or None)
        query = str(self.request.query).replace(":", r"\:")  # not one of ours
        return sa.TextualSelect(sa.text(query), []).alias("source")

    def _bound(self, value: CursorValue) -> Any:
        """The bound as the database compares it: most read a time as text, others need a time."""
        if isinstance(value, str) and self.dialect not in _TIMES_AS_TEXT:
            try:
                return datetime.fromisoformat(value)
            except ValueError:
                return value
        return value
