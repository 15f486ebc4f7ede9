"""The daily files, as they lie in the folder of a running process."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from sandbox.processes import start
from tests.sandbox.check_digit import is_right
from tests.sandbox.reading import NOW, Reader

HEADER = "номер;услуга;дата_приема;дата_исполнения;область;БИН;состояние;изменено"
LAST = "subsidies_20260519.csv"
BEFORE = "subsidies_20260518.csv"
NEXT = "subsidies_20260520.csv"


class Body(Reader):
    def __init__(self, url: str, folder: Path) -> None:
        super().__init__(url)
        self.folder = folder

    def rows(self, name: str = LAST, encoding: str = "windows-1251") -> list[dict[str, str]]:
        text = (self.folder / name).read_bytes().decode(encoding)
        return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))

    def tomorrow(self) -> None:
        self.post("/control/clock", {"ahead": 86_400})


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Body]:
    folder = tmp_path_factory.mktemp("drops")
    with start("agriculture", folder=folder, seed=3, volume=3_000, now=NOW, speed=0) as body:
        yield Body(body.url, folder)


@pytest.fixture
def body(running: Body) -> Iterator[Body]:
    yield running
    running.clear()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Body]:
    with start("agriculture", folder=tmp_path, seed=3, volume=300, now=NOW, speed=0) as body:
        yield Body(body.url, tmp_path)


def test_one_file_for_each_day_that_is_over(body: Body) -> None:
    names = sorted(path.name for path in body.folder.glob("*.csv"))
    assert len(names) == 60
    assert names[0] == "subsidies_20260321.csv"
    assert names[-1] == LAST
    assert all(re.fullmatch(r"subsidies_\d{8}\.csv", name) for name in names)


def test_rows_are_in_windows_1251_with_a_russian_header(body: Body) -> None:
    content = (body.folder / LAST).read_bytes()
    assert content.decode("windows-1251").splitlines()[0] == HEADER
    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")
    rows = body.rows()
    assert rows
    for row in rows:
        assert is_right(row["БИН"])
        changed = datetime.strptime(row["изменено"], "%d.%m.%Y %H:%M")
        assert changed.date() == datetime(2026, 5, 19).date()
        assert (row["дата_исполнения"] == "") == (row["состояние"] == "в работе")


def test_files_together_tell_the_truth(body: Body) -> None:
    told: dict[str, dict[str, str]] = {}
    for path in sorted(body.folder.glob("*.csv")):
        told |= {row["номер"]: row for row in body.rows(path.name)}
    facts = body.lines("/truth/applications")
    end = "2026-05-20T00:00:00"
    shown = {str(fact["number"]): fact for fact in facts if fact["received_at"] < end}
    assert set(told) == set(shown)
    for number, row in told.items():
        completes = shown[number]["completes_at"]
        assert (row["состояние"] != "в работе") == (completes is not None and completes < end)


def test_the_next_day_brings_the_next_file(own: Body) -> None:
    assert not (own.folder / NEXT).exists()
    own.tomorrow()
    assert (own.folder / NEXT).exists()
    suffixes = {path.suffix for path in own.folder.iterdir() if path.is_file()}
    assert suffixes == {".csv"}, "no temporary name is left"


def test_fault_of_the_next_file(own: Body) -> None:
    own.fail("wrong_encoding", encoding="koi8-r", count=1)
    own.tomorrow()
    own.tomorrow()
    assert (own.folder / NEXT).read_bytes().decode("koi8-r").startswith(HEADER)
    after = (own.folder / "subsidies_20260521.csv").read_bytes()
    assert after.decode("windows-1251").startswith(HEADER)
    assert [row["request"] for row in own.struck("wrong_encoding")] == [NEXT]


def test_no_file_on_a_day(own: Body) -> None:
    own.fail("time_out", count=1)
    own.tomorrow()
    assert not (own.folder / NEXT).exists()
    own.clear()
    assert (own.folder / NEXT).exists(), "dropped late, once the fault is withdrawn"


@pytest.mark.parametrize("encoding", ["utf-8", "koi8-r", "utf-16"])
def test_wrong_encoding_at_once_and_put_right(body: Body, encoding: str) -> None:
    whole = (body.folder / LAST).read_bytes()
    body.fail("wrong_encoding", path=LAST, encoding=encoding)
    assert (body.folder / LAST).read_bytes().decode(encoding) == whole.decode("windows-1251")
    body.clear()
    assert (body.folder / LAST).read_bytes() == whole


def test_cut_off_in_the_middle_of_a_row(body: Body) -> None:
    whole = (body.folder / LAST).read_bytes()
    body.fail("cut_off", path=LAST)
    content = (body.folder / LAST).read_bytes()
    assert whole.startswith(content)
    assert 0 < len(content) < len(whole)
    assert not content.endswith(b"\n")


def test_empty(body: Body) -> None:
    body.fail("empty", path=LAST)
    assert (body.folder / LAST).read_bytes().decode("windows-1251") == HEADER + "\r\n"


def test_yesterday(body: Body) -> None:
    body.fail("yesterday", path=LAST)
    assert (body.folder / LAST).read_bytes() == (body.folder / BEFORE).read_bytes()


def test_page_twice(body: Body) -> None:
    before = body.rows()
    body.fail("page_twice", path=LAST)
    assert body.rows() == before + before


def test_fields(body: Body) -> None:
    body.fail("new_field", path=LAST, field="приоритет", value="да")
    assert {row["приоритет"] for row in body.rows()} == {"да"}
    body.clear()
    body.fail("vanished_field", path=LAST)
    assert "дата_приема" not in body.rows()[0]
    body.clear()
    body.fail("changed_type", path=LAST, field="дата_приема")
    assert all(datetime.fromisoformat(row["дата_приема"]) for row in body.rows())


@pytest.mark.parametrize(
    "kind", ["bad_identifiers", "unknown_services", "closed_before_received", "duplicate_numbers"]
)
def test_rows(body: Body, kind: str) -> None:
    before = {row["номер"]: row for row in body.rows()}
    body.fail(kind, path=LAST, share=0.2)
    after = body.rows()
    changed = {row["номер"] for row in after if row != before[row["номер"]]}
    assert changed == set(body.struck(kind)[-1]["records"])
    assert changed
    wrong = [row for row in after if row != before[row["номер"]]]
    assert all(not is_right(row["БИН"]) for row in wrong) == (kind == "bad_identifiers")
    unknown = all(row["услуга"].startswith("99999") for row in wrong)
    assert unknown == (kind == "unknown_services")
    assert (len(after) > len(before)) == (kind == "duplicate_numbers")
    if kind == "closed_before_received":
        for row in wrong:
            closed, received = row["дата_исполнения"], row["дата_приема"]
            form = "%d.%m.%Y %H:%M"
            assert datetime.strptime(closed, form) < datetime.strptime(received, form)


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ({"kind": "500"}, "is not one of"),
        ({"kind": "wrong_encoding", "encoding": "morse"}, "morse"),
        ({"kind": "vanished_field", "field": "цвет"}, "цвет"),
    ],
)
def test_orders_not_understood(body: Body, order: dict[str, object], words: str) -> None:
    assert words in body.post("/control/faults", order, status=400)["error"]
