"""How far a source has been read: the greatest value of the field that orders its changes."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from connectors.bounds import Order, order_of
from connectors.errors import WrongAnswer
from connectors.protocol import CursorValue, Record
from models.environment.sources import Cursor
from models.errors import ConfigurationError

_ORDERED = (str, int, float)


class Progress:
    """The greatest cursor value so far; values are compared as numbers, times or texts."""

    def __init__(self, field: str | None, start: CursorValue | None) -> None:
        self.field = field
        self.value = start
        self._order = None if start is None else order_of(start)

    def add(self, records: Iterable[Record]) -> None:
        """Look at a page.

        Raises:
            WrongAnswer: values of different kinds cannot be put in order.
        """
        if self.field is None:
            return
        values = (record.get(self.field) for record in records)
        for value in {value for value in values if type(value) in _ORDERED}:
            order = order_of(value)
            if order is not None:
                self._take(value, order)

    def _take(self, value: Any, order: Order) -> None:
        if self._order is not None and order[0] != self._order[0]:
            raise WrongAnswer(
                f"Ordering records by {self.field!r}",
                f"{value!r} is a {order[0]}, {self.value!r} a {self._order[0]}",
                "The body has to write the field in one way; the cursor has not moved",
            )
        if self._order is None or order[1] > self._order[1]:
            self.value, self._order = value, order


def since(cursor: Cursor | None, stored: CursorValue | None) -> CursorValue | None:
    """From where to read: the stored cursor, less the overlap for changes that come late.

    Raises:
        ConfigurationError: an overlap is declared and the cursor is no time.
    """
    if cursor is None or stored is None or cursor.overlap is None:
        return stored
    return _earlier(stored, cursor.overlap)


def _earlier(stored: CursorValue, overlap: timedelta) -> CursorValue:
    try:
        return (datetime.fromisoformat(str(stored)) - overlap).isoformat()
    except ValueError as error:
        raise ConfigurationError(
            "Reading cursor.overlap",
            f"the cursor {stored!r} is not a time, so no duration can be taken from it",
            "Remove `overlap` for this source",
        ) from error
