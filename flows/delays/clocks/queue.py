"""Which applications have to be split anew."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, text


def touch(connection: Connection, relation: str, values: Mapping[str, Any] | None = None) -> int:
    """Have the applications of `relation` (system, number; a table or a query in parentheses)
    split anew by the next round; how many rows that were.

    One that stands there already may be named again: that costs less than to look.
    """
    query = f"INSERT INTO clock_queue (system, number) SELECT system, number FROM {relation} t"
    return connection.execute(text(query), values or {}).rowcount
