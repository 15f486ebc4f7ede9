"""CSV files that commands read and write: what could not be used is told, texts stay texts."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from models.errors import CouldNotRun

KEPT_PROBLEMS = 20
"""How many are listed; all are counted."""


@dataclass(frozen=True)
class Problem:
    """One thing of a row that could not be used."""

    line: int
    column: str
    found: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.column}: {self.found}"


@dataclass
class Problems:
    """What could not be used: all counted, the first of them kept to be listed."""

    count: int = 0
    first: list[Problem] = field(default_factory=list)

    def add(self, line: int, column: str, found: str) -> None:
        """Count one more."""
        self.count += 1
        if len(self.first) < KEPT_PROBLEMS:
            self.first.append(Problem(line, column, found))


@contextmanager
def written(path: Path) -> Iterator[IO[str]]:
    """A stream into the file, which takes its place only when all is written.

    Raises:
        CouldNotRun: the file cannot be written.
    """
    part = path.with_name(path.name + ".part")
    try:
        with opened_text(part, path, "w") as stream:
            yield stream
        part.replace(path)
    except OSError as error:
        raise CouldNotRun(
            f"Writing {path}", str(error), "Give `--to` a file in a folder that can be written"
        ) from error
    finally:
        part.unlink(missing_ok=True)


def opened_text(path: Path, named: Path, mode: str) -> IO[str]:
    """The file at `path` as text, compressed where the name `named` ends with .gz."""
    encoding = "utf-8-sig" if mode == "r" else "utf-8"
    if named.suffix == ".gz":
        return gzip.open(path, f"{mode}t", encoding=encoding, newline="")  # type: ignore[return-value]  # text, by its mode
    return path.open(mode, encoding=encoding, newline="")


def safe_cell(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would run it as a formula."""
    return "'" + text if text[:1] in "=+-@\t\r" and text else text
