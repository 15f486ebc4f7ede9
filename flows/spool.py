"""Runs that could not be recorded because the database was away: a file of lines in the home."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from models.database.embedded import home

MOST = 10_000
"""Lines that are kept: a week of one failed round a minute. The first ones tell how it began."""


def keep(environment: str, row: dict[str, str]) -> None:
    """Add one line; beyond `MOST` nothing is added."""
    with _opened(environment, create=True) as file:
        assert file is not None
        if len(_rows(file)) < MOST:
            file.seek(0, os.SEEK_END)
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


@contextmanager
def kept(environment: str) -> Iterator[list[dict[str, str]]]:
    """The rows, which are let go of when the block ends well.

    Whoever is killed in between brings them in twice: the rows have to stand that.
    """
    with _opened(environment, create=False) as file:
        yield _rows(file) if file is not None else []
        if file is not None:
            file.truncate(0)


def _rows(file: IO[str]) -> list[dict[str, str]]:
    file.seek(0)
    found = []
    for line in file:
        try:
            found.append(json.loads(line))
        except json.JSONDecodeError:  # torn by a crash while it was written
            continue
    return found


@contextmanager
def _opened(environment: str, *, create: bool) -> Iterator[IO[str] | None]:
    """The file, held by one process at a time; None where there is none."""
    path = _path(environment)
    if create:
        path.parent.mkdir(parents=True, exist_ok=True)
    elif not path.exists():
        yield None
        return
    with path.open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def _path(environment: str) -> Path:
    return home() / f"runs.{environment}.jsonl"
