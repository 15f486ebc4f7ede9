"""The file connector: pages of records from the files of a folder."""

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

from pydantic import BaseModel

from connectors.bounds import record_filter, value_in_window
from connectors.calls import pages_told
from connectors.errors import RetryLater, WrongAnswer
from connectors.file.csv_table import read_csv
from connectors.file.excel import read_excel
from connectors.file.jsonl import read_jsonl
from connectors.file.listing import format_of, list_files, resolve_folder
from connectors.file.options import FileConnection, FileRequest, Format
from connectors.file.raw import Tally, explained
from connectors.lifecycle import Openable
from connectors.protocol import Description, Health, Page, SourceContext, Window
from connectors.sample import SAMPLE_SIZE, describe_records

FILE_NAME = "file_name"
Records = Generator[dict[str, Any], None, None]
Reader = Callable[[Path, FileRequest, Tally], Records]
_READERS: dict[Format, Reader] = {"csv": read_csv, "jsonl": read_jsonl, "excel": read_excel}


class FileConnector(Openable):
    """Reads what a body drops into a folder.

    A page's size and hash are over the unzipped bytes that it was read from, those of records
    outside the window among them; pages do not span files. What is read are the files that are
    there when the first page is asked for.
    """

    name: ClassVar[str] = "file"
    Connection: ClassVar[type[BaseModel]] = FileConnection
    Request: ClassVar[type[BaseModel]] = FileRequest

    def __init__(
        self, connection: FileConnection, request: FileRequest, context: SourceContext
    ) -> None:
        super().__init__(context)
        self.connection = connection
        self.request = request
        self._folder = context.folder

    @property
    def moves(self) -> bool:
        """Records of a file stay where they are."""
        return False

    def _acquire(self, held: ExitStack) -> None:  # noqa: ARG002 - files are opened by pages()
        self._folder = resolve_folder(self.connection.folder, self.context.folder)

    def _files(self) -> list[Path]:
        return list_files(self._folder, self.request.path)

    def pages(self, window: Window) -> Iterator[Page]:
        """The records in the window, file by file.

        Raises:
            RetryLater: the file is not there yet, or was changed while it was read.
            WrongAnswer: it cannot be read; names the file and the line.
        """
        held = self._must_be_open()
        return pages_told(self.context.tell, self.request.path, self._pages(window, held))

    def _pages(self, window: Window, held: ExitStack) -> Iterator[Page]:
        number = 0
        for path in self._in_window(window):
            with explained(path):
                before = _state(path)
                records = self._records(path, tally := Tally())
                held.callback(records.close)
                for batch in self._batches(records, window, held, tally):
                    number += 1
                    yield Page(number, batch, tally.size, tally.sha256)
                    tally.reset()
                _check_unchanged(path, before)

    def _in_window(self, window: Window) -> list[Path]:
        if self.request.cursor == "field":
            return self._files()
        inside = value_in_window(window)
        return [path for path in self._files() if inside(path.name)]

    def _batches(
        self,
        records: Iterator[dict[str, Any]],
        window: Window,
        held: ExitStack,
        tally: Tally,
    ) -> Iterator[list[dict[str, Any]]]:
        """The wanted records in batches of a page; a last one also where only bytes were read."""
        by_field = self.request.cursor == "field"
        wanted = record_filter(self.context, window) if by_field else None
        kept = filter(wanted, records) if wanted else records
        while batch := list(islice(kept, self.request.page_size)):
            yield batch
            self._must_be_open(held)
        if tally.size:
            yield []

    def _records(self, path: Path, tally: Tally) -> Records:
        read = _READERS[format_of(path, self.request)]
        with closing(read(path, self.request, tally)) as records:
            if self.request.cursor == "field":
                yield from records
                return
            for record in records:
                if FILE_NAME in record:
                    raise WrongAnswer(
                        f"Reading the file {path.name}",
                        f"it has a field {FILE_NAME} of its own",
                        "Use `cursor: field` for this source",
                    )
                yield {**record, FILE_NAME: path.name}

    def health(self) -> Health:
        """Whether the files are there; names the newest."""
        return self._timed_health(self._newest)

    def _newest(self) -> str:
        files = self._files()
        with explained(files[-1]):
            newest = max(files, key=lambda path: path.stat().st_mtime)
            when = datetime.fromtimestamp(newest.stat().st_mtime, UTC)
        return f"{len(files)} file(s), the newest is {newest.name} of {when:%Y-%m-%d %H:%M} UTC"

    def describe(self) -> Description:
        """The fields and kinds of values at the beginning of the last file."""
        with self._opened():
            last = self._files()[-1]
            with explained(last), closing(self._records(last, Tally())) as records:
                sample = list(islice(records, SAMPLE_SIZE))
        return describe_records(sample, [f"read from {last.name}"])


def _state(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def _check_unchanged(path: Path, before: tuple[int, int]) -> None:
    if _state(path) != before:
        raise RetryLater(
            f"Reading the file {path.name}",
            "it was changed while it was read",
            "Nothing to do: it is read again at the next pull",
        )
