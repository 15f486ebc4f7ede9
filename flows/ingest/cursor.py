"""How far a source has been read: the greatest value of the field that orders its changes."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from connectors.bounds import Order, order_of
from connectors.errors import WrongAnswer
from connectors.protocol import CursorValue, Record
from flows.ingest.columns import latest
from models.environment.sources import Cursor
from models.errors import ConfigurationError

_KINDS = ("number", "instant", "local time", "text")


class Progress:
    """The greatest cursor value so far; values are compared as numbers, times or texts.

    A value of another kind than the rest orders nothing: it is for the rules of rows to judge.
    """

    def __init__(self, field: str | None, start: CursorValue | None) -> None:
        self.field = field
        self.start = start
        self._greatest: dict[str, tuple[Any, CursorValue]] = {}
        self._seen: Counter[str] = Counter()

    def add(self, records: Iterable[Record]) -> None:
        """Look at a page."""
        if self.field is None:
            return
        found = (record.get(self.field) for record in records)
        values = {value for value in found if isinstance(value, CursorValue)}
        texts = {value for value in values if type(value) is str and value}
        newest = latest(texts) if texts and len(texts) == len(values) else None
        if newest is not None:  # nearly always: instants that are all written alike
            self._take(newest, order_of(newest), len(texts))
            return
        for value in values:
            self._take(value, order_of(value))

    def _take(self, value: CursorValue, order: Order | None, count: int = 1) -> None:
        if order is None:
            return
        kind, comparable = order
        self._seen[kind] += count
        if kind not in self._greatest or comparable > self._greatest[kind][0]:
            self._greatest[kind] = comparable, value

    def end(self) -> CursorValue | None:
        """The greatest value, the start included: where the next pull goes on.

        Raises:
            WrongAnswer: nothing that came can be compared with the start.
        """
        if not self._greatest:
            return self.start
        first = None if self.start is None else order_of(self.start)
        kind = first[0] if first else max(_KINDS, key=lambda each: self._seen[each])
        if kind not in self._greatest:
            other, (_, value) = next(iter(self._greatest.items()))
            raise WrongAnswer(
                f"Ordering records by {self.field!r}",
                f"{value!r} is a {other}, {self.start!r} a {kind}",
                "The body has to write the field in one way; the cursor has not moved",
            )
        comparable, value = self._greatest[kind]
        return self.start if first and first[1] >= comparable else value


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
