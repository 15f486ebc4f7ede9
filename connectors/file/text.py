"""The lines of a text file, with the raw bytes of each counted to the page."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from connectors.file.encoding import explain_undecodable, text_encoding
from connectors.file.raw import Tally, open_bytes

_WITHOUT_MARK = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}


def lines(path: Path, declared: str | None, tally: Tally) -> Iterator[str]:
    """The lines with their ends as written, the byte order mark left out.

    The tally gets each line in the file's own encoding (UTF-16 and UTF-32 as little-endian), so
    the pages of a file together have its size and none has another's bytes.

    Raises:
        WrongAnswer: the text is not in the declared encoding, or not in the one found.
    """
    encoding = text_encoding(path, declared)
    back = _WITHOUT_MARK.get(encoding, encoding)
    with open_bytes(path) as raw:
        text = _decoded(raw, encoding)
        try:
            for line in text:
                tally.add(line.encode(back))
                yield line
        except UnicodeDecodeError as error:
            raise explain_undecodable(path, encoding, declared) from error


def _decoded(raw: IO[bytes], encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(raw, encoding=encoding, newline="")
