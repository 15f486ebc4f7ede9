"""The file connector in all its formats, as every connector has to be."""

import csv
import gzip
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from connectors.file import FileConnection, FileConnector, FileRequest
from connectors.protocol import SourceContext
from tests.connectors.conformance import PAGE_SIZE, Conformance, Harness


def to_csv(records: Sequence[dict[str, Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, ["number", "changed_at", "name"], delimiter=";")
    writer.writeheader()
    writer.writerows(records)
    return text.getvalue().encode()


def to_jsonl(records: Sequence[dict[str, Any]]) -> bytes:
    return "".join(f"{json.dumps(record, ensure_ascii=False)}\n" for record in records).encode()


def to_excel(records: Sequence[dict[str, Any]]) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("data")
    sheet.append(["number", "changed_at", "name"])
    for record in records:
        sheet.append(list(record.values()))
    book.save(raw := io.BytesIO())
    return raw.getvalue()


FORMATS = {
    "land.csv": to_csv,
    "land.csv.gz": lambda records: gzip.compress(to_csv(records)),
    "land.jsonl": to_jsonl,
    "land.xlsx": to_excel,
}


class FileHarness(Harness):
    uses_secret = False

    def __init__(self, folder: Path, name: str) -> None:
        self.path = folder / "drop" / name
        self.path.parent.mkdir()
        self.holds_pages_only = not name.endswith(".xlsx")  # openpyxl: all texts of a workbook
        self.context = SourceContext("land.requests", "land", folder, "changed_at")

    def fill(self, records: Sequence[dict[str, Any]]) -> None:
        self.path.write_bytes(FORMATS[self.path.name](records))

    def connector(self, page_size: int = PAGE_SIZE) -> FileConnector:
        request = FileRequest(path=self.path.name, page_size=page_size)
        return FileConnector(FileConnection(folder=Path("drop")), request, self.context)

    def break_down(self) -> None:
        self.path.unlink()


class TestFile(Conformance):
    @pytest.fixture(params=FORMATS)
    def harness(self, request: pytest.FixtureRequest, tmp_path: Path) -> FileHarness:
        return FileHarness(tmp_path, request.param)
