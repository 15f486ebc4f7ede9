"""One database for many tests: whatever a test did to it is put right before the next begins.

A copy of the template for each test costs as much as most tests do. Rows and sequences are put
back as they were; where tables themselves were changed, or somebody still holds a lock, the whole
database is copied anew.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier
from sqlalchemy import URL

from models.database import Database

_SHAPE = """
    SELECT md5(string_agg(said, '|' ORDER BY said)) FROM (
      SELECT concat_ws(' ', c.oid, relname, relkind, attname, atttypid, attnotnull) AS said
      FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND attnum > 0
      WHERE relnamespace = %(schema)s::regnamespace
      UNION ALL SELECT concat_ws(' ', oid, conname) FROM pg_constraint
      WHERE connamespace = %(schema)s::regnamespace
      UNION ALL SELECT concat_ws(' ', oid, tgname, tgenabled) FROM pg_trigger
      UNION ALL SELECT concat_ws(' ', oid, proname) FROM pg_proc
      WHERE pronamespace = %(schema)s::regnamespace
      UNION ALL SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_'
    ) shapes
"""
_TABLES = """
    SELECT relname FROM pg_class
    WHERE relkind = 'r' AND relnamespace = %(schema)s::regnamespace ORDER BY relname
"""
_SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = %(schema)s"
_LEAVE = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
Marks = dict[str, tuple[int, int]]
"""How many rows each table has, and the last transaction that wrote one of them."""


@dataclass
class _AsItWas:
    """A database before anybody used it."""

    shape: str
    marks: Marks
    sequences: dict[str, int | None]
    rows: dict[str, bytes]


class Kept:
    """A copy of a template that is as it was whenever `clean` has answered it."""

    def __init__(self, server: str, template: URL, schema: str) -> None:
        self._server, self._template, self._schema = server, template, schema
        self._copy()

    def clean(self) -> Database:
        """The database, as the template is."""
        try:
            with self._connected() as connection:
                as_before = self._put_right(connection)
        except (psycopg.errors.LockNotAvailable, psycopg.errors.InsufficientPrivilege):
            as_before = False
        if not as_before:
            self.remove()
            self._copy()
        return Database(self._template.set(database=self._name), self._schema)

    def remove(self) -> None:
        self._said_to_server("DROP DATABASE IF EXISTS {} WITH (FORCE)")

    def _copy(self) -> None:
        self._name = f"kept_{uuid.uuid4().hex[:12]}"
        self._said_to_server("CREATE DATABASE {} TEMPLATE {}", str(self._template.database))
        with self._connected() as connection:
            marks = self._marks(connection)
            self._was = _AsItWas(
                self._shape(connection),
                marks,
                self._sequences(connection),
                {table: self._read(connection, table) for table in marks if marks[table][0]},
            )

    def _said_to_server(self, statement: str, *more: str) -> None:
        names = [Identifier(each) for each in (self._name, *more)]
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(SQL(statement).format(*names))

    def _connected(self) -> psycopg.Connection[Any]:
        url = self._template.set(database=self._name, drivername="postgresql", query={})
        url = url.update_query_dict(dict(self._template.query))
        options = f"-c search_path={self._schema},public -c lock_timeout=5s"
        return psycopg.connect(url.render_as_string(hide_password=False), options=options)

    def _put_right(self, connection: psycopg.Connection[Any]) -> bool:
        """Whether it is as it was now."""
        connection.execute(_LEAVE)
        if self._shape(connection) != self._was.shape:
            self._drop_added(connection)
            if self._shape(connection) != self._was.shape:
                return False
        marks = self._marks(connection)
        if changed := [table for table in marks if marks[table] != self._was.marks[table]]:
            connection.execute("SET session_replication_role = replica")  # no trigger says no
            names = SQL(", ").join(map(Identifier, changed))
            connection.execute(SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(names))
            connection.execute("DELETE FROM pg_statistic WHERE starelid::regclass = ANY"
                               "(CAST(%s AS regclass[]))", [changed])  # fmt: skip
            for table in self._was.rows:
                self._write(connection, table)
        self._set_sequences(connection)
        connection.commit()
        self._was.marks = self._marks(connection) if changed else marks
        return True

    def _drop_added(self, connection: psycopg.Connection[Any]) -> None:
        """Take away the tables that were made since, such as partitions for a day."""
        made = [name for (name,) in self._asked(connection, _TABLES) if name not in self._was.marks]
        if made:
            names = SQL(", ").join(map(Identifier, made))
            connection.execute(SQL("DROP TABLE {} CASCADE").format(names))

    def _write(self, connection: psycopg.Connection[Any], table: str) -> None:
        """The rows that it had, where it has none."""
        named = Identifier(table)
        if connection.execute(SQL("SELECT 1 FROM {} LIMIT 1").format(named)).fetchone() is None:
            into = SQL("COPY {} FROM STDIN (FORMAT binary)").format(named)
            with connection.cursor() as cursor, cursor.copy(into) as copy:
                copy.write(self._was.rows[table])

    def _read(self, connection: psycopg.Connection[Any], table: str) -> bytes:
        out = SQL("COPY {} TO STDOUT (FORMAT binary)").format(Identifier(table))
        with connection.cursor() as cursor, cursor.copy(out) as copy:
            return b"".join(bytes(part) for part in copy)

    def _shape(self, connection: psycopg.Connection[Any]) -> str:
        return str(self._asked(connection, _SHAPE)[0][0])

    def _marks(self, connection: psycopg.Connection[Any]) -> Marks:
        each = SQL("SELECT {} AS name, count(*), coalesce(max(xmin::text::bigint), 0) FROM ONLY {}")
        tables = [name for (name,) in self._asked(connection, _TABLES)]
        query = SQL(" UNION ALL ").join(each.format(name, Identifier(name)) for name in tables)
        return {name: (count, last) for name, count, last in connection.execute(query)}

    def _sequences(self, connection: psycopg.Connection[Any]) -> dict[str, int | None]:
        return dict(self._asked(connection, _SEQUENCES))

    def _set_sequences(self, connection: psycopg.Connection[Any]) -> None:
        for name, last in self._sequences(connection).items():
            was = self._was.sequences[name]
            if last != was:
                connection.execute(
                    "SELECT setval(%s::regclass, %s, %s)",
                    [f'"{self._schema}"."{name}"', was or 1, was is not None],
                )

    def _asked(self, connection: psycopg.Connection[Any], query: str) -> list[Any]:
        values = {"schema": self._schema}
        return connection.execute(query.encode(), values).fetchall()


@contextmanager
def keeping(server: str, template: URL, schema: str) -> Iterator[Kept]:
    """A copy to be used again and again, removed at the end."""
    kept = Kept(server, template, schema)
    try:
        yield kept
    finally:
        kept.remove()
