"""Recorded data in a CSV file, read row by row: what cannot be read is told with its line."""

import csv
import math
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from flows.csv_files import Problems, opened_text
from models.errors import ConfigurationError

LARGEST = 1e100
"""No measurement is larger, and the squares of those below can still be computed with."""


@dataclass(frozen=True)
class Row:
    """One row: where it ends in the file, its cells, and those asked for by their column."""

    line: int
    cells: list[str]
    wanted: dict[str, str]


class Table:
    """A CSV file that is being read: `header` at once, then `rows()` one by one."""

    def __init__(self, path: Path, stream: IO[str], columns: Sequence[str]) -> None:
        self.path = path
        self._reader = csv.reader(stream, strict=True)
        self.header = [cell.strip() for cell in self._next() or []]
        self._places = {name: self._place(name, columns) for name in columns}

    def rows(self, problems: Problems) -> Iterator[Row]:
        """The rows; an empty line is none, one of another width is a problem.

        Raises:
            ConfigurationError: the file stops being CSV.
        """
        while (cells := self._next()) is not None:
            if len(cells) == len(self.header):
                wanted = {name: cells[place].strip() for name, place in self._places.items()}
                yield Row(self._reader.line_num, cells, wanted)
            elif cells:
                found = f"{len(cells)} cells where the header has {len(self.header)}"
                problems.add(self._reader.line_num, "the whole row", found)

    def _next(self) -> list[str] | None:
        try:
            return next(self._reader, None)
        except (csv.Error, UnicodeDecodeError, OSError, EOFError, zlib.error) as error:
            raise ConfigurationError(
                f"Reading {self.path}",
                f"after line {self._reader.line_num} it is not CSV in UTF-8 ({error})",
                "Give a CSV file with commas, in UTF-8; compressed only if its name ends with .gz",
            ) from error

    def _place(self, name: str, columns: Sequence[str]) -> int:
        if self.header.count(name) == 1:
            return self.header.index(name)
        found = "is there twice" if name in self.header else "is missing"
        has = f"it has {', '.join(self.header)}" if self.header else "the file is empty"
        raise ConfigurationError(
            f"Reading {self.path}, line 1",
            f"the column {name} {found}; {has}",
            f"The first line has to name the columns {', '.join(columns)}",
        )


@contextmanager
def opened(path: Path, columns: Sequence[str]) -> Iterator[Table]:
    """The table in the file; `.gz` is decompressed.

    Raises:
        ConfigurationError: the file cannot be opened, or lacks a column.
    """
    try:
        stream = opened_text(path, path, "r")
    except OSError as error:
        raise ConfigurationError(
            f"Reading {path}", str(error), "Give the path of a CSV file that can be read"
        ) from error
    with stream:
        yield Table(path, stream, columns)


def time_of(text: str) -> datetime:
    """The ISO 8601 time, with or without an offset.

    Raises:
        ValueError: it is none.
    """
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not an ISO 8601 time") from None


def number_of(text: str) -> float:
    """The number, finite and at most `LARGEST` in size.

    Raises:
        ValueError: it is none.
    """
    try:
        number = float(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a number") from None
    if not math.isfinite(number) or abs(number) > LARGEST:
        raise ValueError(f"{text!r} is not a finite number of at most {LARGEST:g}")
    return number


def nothing_read(path: Path, problems: Problems) -> ConfigurationError:
    """The error of a file without one usable row."""
    found = f"no row could be read; {problems.first[0]}" if problems.count else (
        "there is no row after the header"
    )  # fmt: skip
    return ConfigurationError(
        f"Reading {path}", found, "Look at that line; `docs/failures-on-files.md` has an example"
    )
