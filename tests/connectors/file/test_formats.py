"""JSON Lines, Excel and gzip."""

import gzip
import io
import zipfile
from datetime import date, datetime, timedelta
from typing import Any

import openpyxl
import pytest

from connectors.errors import WillNeverWork, WrongAnswer
from tests.connectors.file.conftest import Read


def workbook(*rows: list[Any], sheet: str = "data") -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    book.save(raw := io.BytesIO())
    return raw.getvalue()


def test_json_lines_keep_their_values(read: Read) -> None:
    content = b'{"a": 1, "b": null}\n\n{"a": "\xd2\xaf", "b": [true, {"c": 2.5}]}'
    expected = [{"a": 1, "b": None}, {"a": "ү", "b": [True, {"c": 2.5}]}]
    assert read("x.jsonl", content) == expected


BAD_LINES = [
    (b'{"a": 1}\n{"a": \n', "line 2 is not JSON"),
    (b'{"a": 1}\n[1, 2]\n', "line 2 is a JSON list, not an object"),
    (b'{"a": 1}{"a": 2}\n', "line 1 is not JSON"),
]


@pytest.mark.parametrize(("content", "found"), BAD_LINES)
def test_wrong_lines_are_named(read: Read, content: bytes, found: str) -> None:
    with pytest.raises(WrongAnswer, match=found):
        read("x.jsonl", content)


def test_excel_keeps_values_and_writes_times_as_text(read: Read) -> None:
    content = workbook(
        ["number", "at", "day", "took", "note", None],
        [1, datetime(2026, 5, 4, 10, 15), date(2026, 5, 4), timedelta(hours=2), None],
        [None, None, None, None, None],
        [2.5, None, None, None, "x"],
    )
    first, second = read("x.xlsx", content)
    assert first["number"] == 1
    assert first["at"] == "2026-05-04T10:15:00"
    assert first["day"] == "2026-05-04T00:00:00"
    assert first["took"] == 7200
    assert second == {"number": 2.5, "at": None, "day": None, "took": None, "note": "x"}


def test_the_sheet_is_chosen_by_name(read: Read) -> None:
    content = workbook(["a"], [1], sheet="May")
    assert read("x.xlsx", content, sheet="May") == [{"a": 1}]
    with pytest.raises(WillNeverWork, match="the workbook has May"):
        read("x.xlsx", content, sheet="June")


def test_a_value_beyond_the_header_is_named(read: Read) -> None:
    with pytest.raises(WrongAnswer, match="row 2 has a value in column 3, the header has 2"):
        read("x.xlsx", workbook(["a", "b"], [1, 2, 3]))


@pytest.mark.parametrize("content", [b"no workbook", workbook(["a"], [1])[:300], b"PK\x03\x04"])
def test_what_is_no_workbook_says_so(read: Read, content: bytes) -> None:
    with pytest.raises(WrongAnswer, match="not an Excel workbook"):
        read("x.xlsx", content)


DAMAGES = [
    ("[Content_Types].xml", b"PartName", b"Part"),
    ("xl/workbook.xml", b"<sheets>", b"<sheet>"),
    ("xl/styles.xml", b"rgb=", b"rg="),
    ("xl/worksheets/sheet1.xml", b"</sheetData>", b""),
]


@pytest.mark.parametrize(("part", "old", "new"), DAMAGES)
def test_a_damaged_workbook_says_so(read: Read, part: str, old: bytes, new: bytes) -> None:
    whole = zipfile.ZipFile(io.BytesIO(workbook(["a"], ["x"])))
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as damaged:
        for name in whole.namelist():
            content = whole.read(name)
            assert name != part or old in content
            damaged.writestr(name, content.replace(old, new) if name == part else content)
    with pytest.raises(WrongAnswer, match="not an Excel workbook"):
        read("x.xlsx", raw.getvalue())


GZIPPED = [
    ("x.csv", b"a,b\n1,2\n", {"a": "1", "b": "2"}),
    ("x.csv.gz", b"a,b\n1,2\n", {"a": "1", "b": "2"}),
    ("x.jsonl", b'{"a": 1}', {"a": 1}),
    ("x.xlsx", workbook(["a"], [1]), {"a": 1}),
]


@pytest.mark.parametrize(("name", "content", "record"), GZIPPED)
def test_gzip_is_known_by_its_bytes_not_its_name(
    read: Read, name: str, content: bytes, record: dict[str, Any]
) -> None:
    assert read(name, gzip.compress(content)) == [record]
    assert read(name, content) == [record]


def test_a_gzip_that_is_cut_off_or_damaged_says_so(read: Read) -> None:
    whole = gzip.compress(b"a,b\n" + b"1,2\n" * 10_000)
    for broken in (whole[:-20], whole[:-6] + b"\0\0" + whole[-4:], whole[:30]):
        with pytest.raises(WrongAnswer, match="gzip data is damaged or cut off"):
            read("x.csv.gz", broken)
