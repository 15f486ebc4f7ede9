"""Which applications have to be split anew."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, text

DECISIVE = {"organisations", "offices", "channels", "standards"}
"""The parts of the register that a split depends on, beside the calendars."""


def touch(connection: Connection, relation: str, values: Mapping[str, Any] | None = None) -> int:
    """Have applications split anew by the next round; answers how many rows were written.

    `relation` (system, number) is a table, or a query in parentheses. One that stands in the
    queue already may be named again: that costs less than to look.
    """
    query = f"INSERT INTO clock_queue (system, number) SELECT system, number FROM {relation} t"
    return connection.execute(text(query), values or {}).rowcount


def touch_all(connection: Connection) -> None:
    """Have every application split anew: a calendar, a channel or the register has changed."""
    touch(connection, "applications")
