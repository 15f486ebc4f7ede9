"""CSV, strictly: a row that does not fit its header stops the file instead of being guessed."""

import csv
from collections import Counter
from collections.abc import Generator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from connectors.errors import WrongAnswer
from connectors.file.options import FileRequest
from connectors.file.raw import Tally
from connectors.file.text import lines

DELIMITERS = ",;\t|"


def read_csv(
    path: Path, request: FileRequest, tally: Tally
) -> Generator[dict[str, Any], None, None]:
    """The rows as header → text; an empty cell is the empty text, an empty line no row.

    Raises:
        WrongAnswer: no header, a row with too many or too few cells, a quote left open; names
            the file and the line.
    """
    text = lines(path, request.encoding, tally)
    for _ in range(request.header - 1):
        next(text, None)
    first = next(text, "")
    delimiter = request.delimiter or find_delimiter(first)
    rows = csv.reader(chain([first], text), delimiter=delimiter, strict=True)
    before = request.header - 1
    try:
        header = check_header(path, next(rows, []), before + 1)
        width = len(header)
        for row in rows:
            if len(row) == width:
                yield dict(zip(header, row, strict=True))
            elif row:
                raise _wrong_width(path, rows.line_num + before, header, row)
    except csv.Error as error:
        raise WrongAnswer(
            f"Reading the file {path.name}",
            f"line {rows.line_num + before} is not CSV with {delimiter!r} between cells ({error})",
            "Look at that line for a quote that is opened and not closed",
        ) from error


def find_delimiter(header: str) -> str:
    """The delimiter that the header has most of outside quotes; a comma where it has none.

    csv.Sniffer prefers a comma to any other, so one comma in one name misleads it.
    """
    outside = "".join(header.split('"')[::2])
    counts = Counter(letter for letter in outside if letter in DELIMITERS)
    return max(DELIMITERS, key=lambda delimiter: counts[delimiter])


def check_header(path: Path, header: Sequence[str], line: int) -> list[str]:
    """The names of the columns, without spaces around them.

    Raises:
        WrongAnswer: there are none, one is empty or there twice.
    """
    names = [name.strip() for name in header]
    found = None
    if not names:
        found = f"there is no header in line {line}"
    elif "" in names:
        found = f"column {names.index('') + 1} of the header in line {line} has no name"
    elif twice := [name for name, count in Counter(names).items() if count > 1]:
        found = f"the header in line {line} has {twice[0]!r} twice"
    if found:
        raise WrongAnswer(
            f"Reading the file {path.name}",
            found,
            "Ask the body for the file with its header, or declare its line: `header: …`",
        )
    return names


def _wrong_width(path: Path, line: int, header: list[str], row: list[str]) -> WrongAnswer:
    return WrongAnswer(
        f"Reading the file {path.name}",
        f"the row that ends in line {line} has {len(row)} cells, the header has {len(header)}",
        "Look at that line: a delimiter inside a cell has to be in quotes, and a file that was "
        "cut off has to be sent again",
    )
