"""Excel workbooks, read row by row."""

import shutil
import tempfile
from collections.abc import Generator, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO, Any
from zipfile import BadZipFile

import openpyxl
import orjson
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook

from connectors.errors import WillNeverWork, WrongAnswer
from connectors.file.csv_table import check_header
from connectors.file.options import FileRequest
from connectors.file.raw import Tally, is_gzip, open_bytes

Row = Sequence[Any]
# What openpyxl raises where the XML inside is not as it expects (found by damaging workbooks).
_BROKEN = (
    AttributeError,
    BadZipFile,
    IndexError,
    InvalidFileException,
    KeyError,
    SyntaxError,  # of the XML inside, whichever parser is there
    TypeError,
    ValueError,
)


def read_excel(
    path: Path, request: FileRequest, tally: Tally
) -> Generator[dict[str, Any], None, None]:
    """The rows as header → value as the workbook has it, times as ISO 8601 text, durations in
    seconds, an empty cell None; a row of empty cells is none.

    The tally gets each row as JSON: a workbook is one compressed file without bytes of a row.

    Raises:
        WrongAnswer: not a workbook, no header, a value beyond the header.
        WillNeverWork: the sheet asked for is not there.
    """
    with _seekable(path) as raw:
        book = _workbook(path, raw)
        try:
            yield from _records(path, _rows(path, book, request), request.header, tally)
        except _BROKEN as error:
            raise _not_readable(path, error) from error
        finally:
            book.close()


def _seekable(path: Path) -> IO[bytes]:
    """The file, or a temporary unzipped copy: a workbook is read here and there."""
    if not is_gzip(path):
        return path.open("rb")
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it, as it does the file
    with open_bytes(path) as raw:
        shutil.copyfileobj(raw, copy)
    copy.seek(0)
    return copy


def _workbook(path: Path, raw: IO[bytes]) -> Workbook:
    try:
        return openpyxl.load_workbook(raw, read_only=True, data_only=True)
    except _BROKEN as error:
        raise _not_readable(path, error) from error


def _not_readable(path: Path, error: Exception) -> WrongAnswer:
    return WrongAnswer(
        f"Reading the file {path.name}",
        f"it is not an Excel workbook that can be read ({error})",
        "Ask the body to send it again as .xlsx",
    )


def _rows(path: Path, book: Workbook, request: FileRequest) -> Iterator[Row]:
    name = request.sheet or book.sheetnames[0]
    if name not in book.sheetnames:
        raise WillNeverWork(
            f"Reading the sheet {name!r} of {path.name}",
            f"the workbook has {', '.join(book.sheetnames)}",
            "Name one of these as `sheet: …`",
        )
    sheet = book[name]
    sheet.reset_dimensions()  # what a workbook says of its size is often wrong
    return iter(sheet.iter_rows(values_only=True))


def _records(
    path: Path, rows: Iterator[Row], header_row: int, tally: Tally
) -> Iterator[dict[str, Any]]:
    for _ in range(header_row - 1):
        next(rows, None)
    titles = ["" if cell is None else str(cell) for cell in _trimmed(next(rows, ()))]
    header = check_header(path, titles, header_row)
    tally.add(orjson.dumps(header))
    for number, row in enumerate(rows, start=header_row + 1):
        cells = [_plain(cell) for cell in _trimmed(row)]
        if len(cells) > len(header):
            raise WrongAnswer(
                f"Reading the file {path.name}",
                f"row {number} has a value in column {len(cells)}, the header has {len(header)}",
                "Ask the body to give that column a name, or to empty it",
            )
        if cells:
            cells += [None] * (len(header) - len(cells))
            tally.add(orjson.dumps(cells))
            yield dict(zip(header, cells, strict=True))


def _trimmed(row: Row) -> Row:
    end = len(row)
    while end and row[end - 1] is None:
        end -= 1
    return row[:end]


def _plain(cell: object) -> object:
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return cell.total_seconds()
    if isinstance(cell, int) and cell.bit_length() > 63:
        return str(cell)  # beyond what JSON readers, ours included, take for a number
    return cell
