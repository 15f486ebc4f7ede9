"""The records of a pull as they came, kept aside until it is known which go to quarantine."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType
from typing import Any, Self

import orjson

from connectors.protocol import Record


class Spool:
    """Pages of records in a temporary file that only this process can read, gone at the end.

    Memory stays flat whatever the pull brings: only a page is ever read back.
    """

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  # closed by __exit__
        self._pages: list[tuple[int, int, int]] = []
        self._rows = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def add(self, records: Sequence[Record]) -> None:
        """Keep a page; its rows follow those of the pages before."""
        start = self._file.tell()
        self._file.write(orjson.dumps(records, option=orjson.OPT_NON_STR_KEYS, default=str))
        self._pages.append((self._rows, start, self._file.tell() - start))
        self._rows += len(records)

    def read(self, numbers: Iterable[int]) -> Iterator[tuple[int, Any]]:
        """The records of these row numbers (ascending), each page read once."""
        page, first, records = -1, 0, []
        end = self._file.tell()
        for number in numbers:
            while page + 1 < len(self._pages) and self._pages[page + 1][0] <= number:
                page += 1
                first = -1
            if first != self._pages[page][0]:
                first, start, length = self._pages[page]
                self._file.seek(start)
                records = orjson.loads(self._file.read(length))
            yield number, records[number - first]
        self._file.seek(end)
