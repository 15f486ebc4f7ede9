"""Which files are read, in what order, and what their pages prove."""

import gzip
import hashlib
import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from connectors.errors import RetryLater, WillNeverWork, WrongAnswer
from connectors.file import FileConnection, FileConnector, FileRequest
from connectors.protocol import SourceContext, Window
from models.errors import ConfigurationError
from tests.connectors.file.conftest import Read, connector


@pytest.fixture
def days(tmp_path: Path) -> Path:
    for day in (3, 1, 2):
        (tmp_path / f"land_0{day}.csv").write_text(f"day\n{day}\n")
    for name in (".land_04.csv", "~$land_05.csv", "other.csv"):
        (tmp_path / name).write_text("day\n9\n")
    return tmp_path


@pytest.mark.usefixtures("days")
def test_a_pattern_reads_the_files_in_the_order_of_their_names(read: Read) -> None:
    assert [record["day"] for record in read("land_*.csv")] == ["1", "2", "3"]


@pytest.mark.usefixtures("days")
def test_the_file_name_can_be_the_cursor(read: Read) -> None:
    window = Window(since="land_02.csv", until="land_03.csv")
    expected = [{"day": "2", "file_name": "land_02.csv"}]
    assert read("land_*.csv", window=window, cursor="file_name") == expected
    assert read("land_*.csv", window=Window(since="land_9"), cursor="file_name") == []


def test_a_field_of_that_name_is_not_overwritten(read: Read) -> None:
    with pytest.raises(WrongAnswer, match="field file_name of its own"):
        read("x.csv", b"file_name\nx\n", cursor="file_name")


@pytest.mark.parametrize("path", ["none.csv", "none_*.csv"])
def test_a_file_that_is_not_there_may_come(read: Read, path: str) -> None:
    with pytest.raises(RetryLater, match="not dropped it yet"):
        read(path)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    missing = connector(tmp_path / "away", "x.csv")
    health = missing.health()
    assert not health.ok
    assert "the folder is not there" in health.detail


def test_an_unknown_ending_asks_for_the_format(read: Read) -> None:
    with pytest.raises(WillNeverWork, match="Declare it: `format: csv`"):
        read("x.dat", b"a\n1\n")
    assert read("x.dat", format="csv") == [{"a": "1"}]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_needs_a_person(read: Read, tmp_path: Path) -> None:
    (tmp_path / "x.csv").touch(mode=0o000)
    with pytest.raises(WillNeverWork, match="may not read"):
        read("x.csv")


def test_the_pages_of_a_file_add_up_to_its_bytes(tmp_path: Path) -> None:
    lines = [b"a;at\n", *(f"{n};2026-05-{n:02d}\n".encode() for n in range(1, 10))]
    (tmp_path / "x.csv.gz").write_bytes(gzip.compress(b"".join(lines)))
    source = connector(tmp_path, "x.csv.gz", page_size=4, field="at")
    source.open()
    whole = list(source.pages(Window()))
    part = list(source.pages(Window(until="2026-05-03")))
    source.close()
    slices = [b"".join(lines[:5]), b"".join(lines[5:9]), b"".join(lines[9:])]
    assert [page.sha256 for page in whole] == [hashlib.sha256(s).hexdigest() for s in slices]
    assert [page.size for page in whole] == [len(s) for s in slices]
    assert [len(page.records) for page in part] == [2]
    assert sum(page.size for page in part) == len(b"".join(lines))


def test_bytes_of_other_encodings_are_counted_as_they_are(tmp_path: Path) -> None:
    raw = "номер;услуга\n1;справка\n".encode("cp1251")
    (tmp_path / "x.csv").write_bytes(raw)
    source = connector(tmp_path, "x.csv", encoding="windows-1251")
    source.open()
    assert [page.sha256 for page in source.pages(Window())] == [hashlib.sha256(raw).hexdigest()]
    source.close()


def test_a_file_that_changes_while_it_is_read_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a\n1\n2\n")
    source = connector(tmp_path, "x.csv", page_size=1)
    source.open()
    pages = source.pages(Window())
    next(pages)
    path.write_text("a\n1\n2\n3\n4\n")
    with pytest.raises(RetryLater, match="changed while it was read"):
        list(pages)
    source.close()


def test_the_folder_may_name_a_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.csv").write_text("a\n1\n")
    source = FileConnector(
        FileConnection(folder=Path("${TEREZE_TEST_DATA}")),
        FileRequest(path="x.csv"),
        SourceContext("a.b", "a", tmp_path / "environment"),
    )
    monkeypatch.delenv("TEREZE_TEST_DATA", raising=False)
    with pytest.raises(ConfigurationError, match="TEREZE_TEST_DATA is not set"):
        source.open()
    monkeypatch.setenv("TEREZE_TEST_DATA", str(tmp_path))
    assert source.describe().fields == {"a": "text"}


WRONG_REQUESTS = [
    ({"path": "/etc/passwd"}, "not an absolute one"),
    ({"path": "../x.csv"}, "without .."),
    ({"path": "x.csv", "encoding": "base64"}, "not a text encoding"),
    ({"path": ""}, "at least 1 character"),
    ({"path": "x.csv", "encoding": "utf-9"}, "not a text encoding"),
    ({"path": "x.csv", "delimiter": ";;"}, "at most 1 character"),
    ({"path": "x.csv", "sheets": "a"}, "Extra inputs"),
]


@pytest.mark.parametrize(("request_", "says"), WRONG_REQUESTS)
def test_wrong_options_are_refused(request_: dict[str, str], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        FileRequest.model_validate(request_)
