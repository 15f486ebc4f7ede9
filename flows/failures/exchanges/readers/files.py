"""Monitoring data in files: each is read once, and again when it has changed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from connectors.errors import RetryLater, WillNeverWork
from flows.failures.exchanges.readers.page import Page
from flows.failures.exchanges.readers.unpack import records_of
from models.environment.exchanges import MonitoringFiles

PAGE = 10_000
"""Records handed on at once."""


def read(options: MonitoringFiles, folder: Path, cursor: Any) -> Iterator[Page]:
    """The records of the files that are new or changed, in the order of their names.

    The cursor has size and time of each file that is stored; a file that has gone is forgotten.

    Raises:
        ConnectorError: the folder or a file cannot be read; names it.
    """
    place = folder / options.folder
    if not place.is_dir():
        raise WillNeverWork(
            f"Looking for monitoring data in {options.folder}",
            "there is no such folder",
            "Make it, or correct `folder` in exchanges.yaml",
        )
    found = {path.name: path for path in sorted(place.glob(options.path)) if path.is_file()}
    known = {name: state for name, state in (cursor or {}).items() if name in found}
    for name, path in found.items():
        state = _state(path)
        if known.get(name) == state:
            continue
        records = _records(path, options.max_unpacked)
        for first in range(0, len(records), PAGE):
            if first + PAGE >= len(records):
                known = {**known, name: state}
            yield Page(records[first : first + PAGE], known)
        if not records:
            known = {**known, name: state}
            yield Page((), known)


def _state(path: Path) -> list[int]:
    found = path.stat()
    return [found.st_size, found.st_mtime_ns]


def _records(path: Path, most: int) -> list[Any]:
    asked = f"Reading monitoring data from {path.name}"
    try:
        with path.open("rb") as stream:
            raw = stream.read(most + 1)
    except OSError as error:
        found = f"it cannot be read ({error.strerror})"
        raise RetryLater(asked, found, "Look whether the file is still being written") from error
    return records_of(asked, raw, most)
