"""What every list of the State Corporation can do; its rows are named by sortable keys."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sandbox.faults.rows import Row, RowShape
from sandbox.state_corporation.query import Query

Keys = NDArray[np.int64]


class Dataset(Protocol):
    """A list that is read in pages, ordered by change."""

    path: str
    shape: RowShape
    moves: bool  # whether `touch` can be used

    def keys(self, query: Query, now: int) -> Keys:
        """The keys of all rows of the window as they are at `now`, in order."""

    def rows(self, keys: Keys, now: int) -> list[Row]:
        """The rows with these keys."""

    def touch(self, key: int, now: int) -> None:
        """Change the row so that it moves to the end (the fault `moving_rows`)."""


class FixedDataset:
    """A list that never changes: a part of the register."""

    def __init__(self, path: str, rows: list[Row], number: str) -> None:
        self.path = path
        self.moves = False
        self._rows = rows
        self.shape = RowShape(number, number, earlier=_same, retyped=retyped, service=None)

    def keys(self, query: Query, now: int) -> Keys:  # noqa: ARG002 - the register has no changes
        """All rows; a window of changes does not apply."""
        return np.arange(len(self._rows), dtype=np.int64)

    def rows(self, keys: Keys, now: int) -> list[Row]:  # noqa: ARG002 - the same at any time
        """The rows with these keys."""
        return [self._rows[key] for key in keys.tolist()]

    def touch(self, key: int, now: int) -> None:
        """Nothing of the register can be moved.

        Raises:
            ValueError: always.
        """
        raise ValueError(f"rows of {self.path} do not move (row {key} at {now})")


def retyped(value: Any) -> Any:
    """The value in another JSON type: a time as epoch seconds, digits as a number, and so on."""
    if isinstance(value, bool | int | float):
        return str(value)
    if isinstance(value, str) and value.isdecimal():
        return int(value)
    if isinstance(value, str) and value[4:5] == "-" and "T" in value:
        return int(np.datetime64(value[:19], "s").astype(np.int64)) - 5 * 3600
    return [value]


def _same(value: Any) -> Any:
    return value
