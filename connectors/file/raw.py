"""The bytes of a file, unzipped where they are zipped, and what can go wrong with them."""

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from connectors.errors import RetryLater, WillNeverWork, WrongAnswer

GZIP_MAGIC = b"\x1f\x8b"


class Tally:
    """Counts and hashes what was read since the last page."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Start the next page."""
        self.size = 0
        self._hash = hashlib.sha256()

    def add(self, raw: bytes) -> None:
        """Count these bytes to the page."""
        self.size += len(raw)
        self._hash.update(raw)

    @property
    def sha256(self) -> str:
        """The hex digest of the page's bytes."""
        return self._hash.hexdigest()


def is_gzip(path: Path) -> bool:
    """Whether the file is gzipped, by its first bytes: names lie."""
    with path.open("rb") as raw:
        return raw.read(2) == GZIP_MAGIC


def open_bytes(path: Path) -> IO[bytes]:
    """The file's bytes, unzipped where it is gzipped."""
    if is_gzip(path):
        return cast(IO[bytes], gzip.open(path, "rb"))
    return path.open("rb")


def blocks(path: Path, size: int = 1 << 20) -> Iterator[bytes]:
    """The file's bytes in blocks."""
    with open_bytes(path) as raw:
        while block := raw.read(size):
            yield block


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turns what goes wrong with a file into one of the three kinds of errors."""
    tried = f"Reading the file {path.name}"
    try:
        yield
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise WrongAnswer(
            tried,
            f"its gzip data is damaged or cut off ({error})",
            "Ask the body to send the file again",
        ) from error
    except FileNotFoundError as error:
        raise RetryLater(
            tried, "it is not there (any more)", "Nothing to do: it is looked for at the next pull"
        ) from error
    except PermissionError as error:
        raise WillNeverWork(
            tried, "this process may not read it", "Give the user of Tereze the right to read it"
        ) from error
    except OSError as error:
        raise RetryLater(
            tried,
            f"the disk or the share does not answer ({error.strerror or error})",
            "See that the folder is mounted",
        ) from error
