"""A folder for a test, and connectors that read it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connectors.file import FileConnection, FileConnector, FileRequest
from connectors.protocol import Record, SourceContext, Window

Read = Callable[..., list[Record]]


def connector(folder: Path, path: str, **request: Any) -> FileConnector:
    context = SourceContext("land.requests", "land", folder, request.pop("field", None))
    return FileConnector(FileConnection(folder=folder), FileRequest(path=path, **request), context)


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads the records of a file of the test's folder, its content given as bytes."""

    def reading(
        path: str, content: bytes | None = None, window: Window | None = None, **request: Any
    ) -> list[Record]:
        if content is not None:
            (tmp_path / path).write_bytes(content)
        source = connector(tmp_path, path, **request)
        source.open()
        try:
            pages = source.pages(window or Window())
            return [record for page in pages for record in page.records]
        finally:
            source.close()

    return reading
