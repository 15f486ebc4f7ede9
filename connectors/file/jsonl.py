"""JSON Lines: one object a line."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import orjson

from connectors.errors import WrongAnswer
from connectors.file.options import FileRequest
from connectors.file.raw import Tally
from connectors.file.text import lines


def read_jsonl(
    path: Path, request: FileRequest, tally: Tally
) -> Generator[dict[str, Any], None, None]:
    """The objects as written; an empty line is none.

    Raises:
        WrongAnswer: a line is not JSON or not an object; names the file and the line.
    """
    for number, line in enumerate(lines(path, request.encoding, tally), start=1):
        if not line.strip():
            continue
        try:
            record = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise _wrong(path, number, f"is not JSON ({error})") from error
        if not isinstance(record, dict):
            raise _wrong(path, number, f"is a JSON {type(record).__name__}, not an object")
        yield record


def _wrong(path: Path, line: int, found: str) -> WrongAnswer:
    return WrongAnswer(
        f"Reading the file {path.name}",
        f"line {line} {found}",
        "Ask the body for one JSON object a line; a file that was cut off has to be sent again",
    )
