"""The staging table of a pull: pages are copied into it, nothing else sees it."""

import hashlib
import re
from collections.abc import Iterator
from typing import Any

from psycopg import sql
from sqlalchemy import Connection, text

from expectations.judge import broken_table
from flows.ingest.columns import Column
from flows.ingest.mapping import Mapped
from models.datasets import SQL_TYPES, Dataset

_SPECIAL = re.compile(r"[\\\t\n\r]")
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class Staging:
    """An unlogged table with a dataset's columns, one for each source at a time.

    `row_no` counts the rows of the pull from 0; `problems` says in words what could not be
    read; `clash` marks records that contradict another of the same key and change.
    """

    def __init__(self, source: str, dataset: Dataset) -> None:
        self.dataset = dataset
        digest = hashlib.sha256(source.encode()).hexdigest()[:12]
        self.table = f"staging_{digest}"
        self.view = f"judged_{digest}"
        self.rows = 0

    def create(self, connection: Connection) -> None:
        """Make it anew; what an interrupted pull left behind goes."""
        self.drop(connection)
        columns = ", ".join(f"{c.name} {SQL_TYPES[c.kind]}" for c in self.dataset.columns)
        connection.execute(
            text(f"""
                CREATE UNLOGGED TABLE {self.table} (
                    row_no bigint NOT NULL, {columns}, problems text,
                    clash boolean NOT NULL DEFAULT false)
            """)
        )

    def drop(self, connection: Connection) -> None:
        """Take it away, with the view on it and what the rules found in it."""
        connection.execute(text(f"DROP VIEW IF EXISTS {self.view}"))
        connection.execute(text(f"DROP TABLE IF EXISTS {broken_table(self.view)}"))
        connection.execute(text(f"DROP TABLE IF EXISTS {self.table}"))

    def copy(self, connection: Connection, mapped: Mapped, rows: int) -> None:
        """Append a page."""
        names = ["row_no", *mapped.columns, "problems"]
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(self.table), sql.SQL(", ").join(map(sql.Identifier, names))
        )
        numbers = list(map(str, range(self.rows, self.rows + rows)))
        problems: Column = [None] * rows
        for index, words in mapped.problems.items():
            problems[index] = "; ".join(words)
        columns = [numbers, *(_escaped(column) for column in (*mapped.columns.values(), problems))]
        raw: Any = connection.connection.driver_connection
        with raw.cursor().copy(statement) as copy:
            copy.write("\n".join(map("\t".join, zip(*columns, strict=True))) + "\n")
        self.rows += rows

    def settle(self, connection: Connection) -> int:
        """Keep the newest record of each key, and mark those that contradict each other.

        Answers how many records were a repetition. Two equal records are one; of two with
        different times of change the newer counts; two that differ and have the same time of
        change cannot both be true.
        """
        return connection.execute(text("".join(self._settle_sql()))).rowcount

    def mark_clashes(self, connection: Connection) -> int:
        """Mark what is still there twice after `settle`; answers how many records."""
        key = ", ".join(self.dataset.key)
        matches = " AND ".join(f"s.{k} IS NOT DISTINCT FROM d.{k}" for k in self.dataset.key)
        return connection.execute(
            text(f"""
                UPDATE {self.table} s SET clash = true FROM (
                    SELECT {key} FROM {self.table} WHERE {self.dataset.key[0]} IS NOT NULL
                    GROUP BY {key} HAVING count(*) > 1) d
                WHERE {matches}
            """)
        ).rowcount

    def _settle_sql(self) -> Iterator[str]:
        key = ", ".join(f"s.{name}" for name in self.dataset.key)
        bare = ", ".join(self.dataset.key)
        version = f"s.{self.dataset.version} DESC NULLS LAST" if self.dataset.version else "1"
        content = ", ".join(f"s.{name}" for name in (*self.dataset.names, "problems"))
        matches = " AND ".join(f"s.{k} IS NOT DISTINCT FROM d.{k}" for k in self.dataset.key)
        yield f"""
            DELETE FROM {self.table} s USING (
                SELECT row_no FROM (
                    SELECT s.row_no, rank() OVER (PARTITION BY {key} ORDER BY {version}) AS age,
                        row_number() OVER (PARTITION BY {key}, md5(row({content})::text)
                            ORDER BY s.row_no) AS copy
                    FROM {self.table} s JOIN (
                        SELECT {bare} FROM {self.table} WHERE {self.dataset.key[0]} IS NOT NULL
                        GROUP BY {bare} HAVING count(*) > 1) d ON {matches}
                ) ranked WHERE age > 1 OR copy > 1
            ) gone WHERE s.row_no = gone.row_no
        """


def _escaped(column: Column) -> list[str]:
    """Texts as COPY wants them; the slow way is taken only where a page needs it."""
    texts = ["\\N" if value is None else value for value in column]
    if _SPECIAL.search("".join(filter(None, column))):
        return ["\\N" if v is None else v.translate(_ESCAPES) for v in column]
    return texts
