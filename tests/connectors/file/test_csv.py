"""CSV: what is read as it is, and what stops the file."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.errors import WrongAnswer
from connectors.file.csv_table import find_delimiter
from tests.connectors.file.conftest import Read

HEADERS = [
    ("a,b,c", ","),
    ("a;b;c", ";"),
    ("a\tb\tc", "\t"),
    ("a|b|c", "|"),
    ("номер;услуга, код;дата", ";"),
    ('"a,b,c,d";e', ";"),
    ("alone", ","),
]


@pytest.mark.parametrize(("header", "delimiter"), HEADERS)
def test_the_delimiter_is_found_in_the_header(header: str, delimiter: str) -> None:
    assert find_delimiter(header) == delimiter


GOOD = [
    (b"a,b\n1,\n", [{"a": "1", "b": ""}]),
    (b"a,b\r\n1,2\r\n\r\n3,4", [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}]),
    (b"a,b\r1,2\r", [{"a": "1", "b": "2"}]),
    (b'a,b\n"one\nand two",2\n', [{"a": "one\nand two", "b": "2"}]),
    (b"a,b\nx\0y,2\n", [{"a": "x\0y", "b": "2"}]),
    (b'a,b\n"he said ""no""",2\n', [{"a": 'he said "no"', "b": "2"}]),
    (b"\xef\xbb\xbfa,b\n1,2\n", [{"a": "1", "b": "2"}]),
    (b" a , b \n 1,2\n", [{"a": " 1", "b": "2"}]),
    (b"a,b\n", []),
]


@pytest.mark.parametrize(("content", "records"), GOOD)
def test_rows_are_read_as_written(
    read: Read, content: bytes, records: list[dict[str, str]]
) -> None:
    assert read("x.csv", content) == records


BAD = [
    (b"a,b\n1,2\n3\n", "line 3 has 1 cells, the header has 2"),
    (b"a,b\n1,2,3\n", "line 2 has 3 cells"),
    (b'a,b\n"x\ny",1\n1,2,3\n', "line 4 has 3 cells"),
    (b'a,b\n1,"2\n', "not CSV"),
    (b'a,b\n1,"2"x\n', "line 2 is not CSV"),
    (b"", "no header in line 1"),
    (b"a,,c\n", "column 2 of the header in line 1 has no name"),
    (b"a,b,a\n", "'a' twice"),
]


@pytest.mark.parametrize(("content", "found"), BAD)
def test_what_does_not_fit_names_file_and_line(read: Read, content: bytes, found: str) -> None:
    with pytest.raises(WrongAnswer, match=found) as caught:
        read("land.csv", content)
    assert "land.csv" in str(caught.value)


def test_lines_above_the_header_are_left_out_and_counted(read: Read) -> None:
    content = b"Report of May\n\na,b\n1,2\n"
    assert read("x.csv", content, header=3) == [{"a": "1", "b": "2"}]
    with pytest.raises(WrongAnswer, match="line 5 has 1 cells"):
        read("x.csv", content + b"3\n", header=3)


@settings(max_examples=60)
@given(
    rows=st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=2),
        max_size=5,
    ),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-16"]),
)
def test_what_python_writes_is_read_back(
    read: Read, rows: list[list[str]], delimiter: str, encoding: str
) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([["a", "b"], *rows])
    found = read("x.csv", text.getvalue().encode(encoding), encoding=encoding)
    assert [[r["a"], r["b"]] for r in found] == rows
