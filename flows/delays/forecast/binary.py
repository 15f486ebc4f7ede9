"""Rows of one width to and from PostgreSQL's binary format: a million of them within a second."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import Connection

_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END = b"\xff\xff"

Column = tuple[str, str]
"""A column's name, and its kind as numpy writes it: `>f8`, `>i8` or `>i4`."""


def _layout(columns: Sequence[Column]) -> np.dtype[Any]:
    fields: list[tuple[str, str]] = [("columns", ">i2")]
    for name, kind in columns:
        fields += [(f"{name} bytes", ">i4"), (name, kind)]
    return np.dtype(fields)


def rows(
    connection: Connection, query: str, bound: Mapping[str, Any], columns: Sequence[Column]
) -> dict[str, Any]:
    """An array for each column of a query of which no value is null.

    `bound` are psycopg's values: `%(name)s`.
    """
    raw: Any = connection.connection.driver_connection
    statement = f"COPY ({query}) TO STDOUT (FORMAT binary)"
    with raw.cursor() as cursor, cursor.copy(statement, bound) as copy:
        whole = b"".join(copy)
    found = np.frombuffer(whole[len(_HEAD) : -len(_END)], dtype=_layout(columns))
    return {name: found[name].astype(kind.replace(">", "=")) for name, kind in columns}


def store(
    connection: Connection, table: str, columns: Sequence[Column], values: Mapping[str, Any]
) -> None:
    """Add rows, an array for each column, to a table; moments are told as seconds."""
    count = len(values[columns[0][0]])
    made = np.zeros(count, dtype=_layout(columns))
    made["columns"] = len(columns)
    for name, kind in columns:
        made[f"{name} bytes"] = np.dtype(kind).itemsize
        made[name] = values[name]
    raw: Any = connection.connection.driver_connection
    named = ", ".join(name for name, _ in columns)
    statement = f"COPY {table} ({named}) FROM STDIN (FORMAT binary)"
    with raw.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(_HEAD + made.tobytes() + _END)
