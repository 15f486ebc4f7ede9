"""A register and observed functions in files of any kind, and what comes out."""

import csv
import gzip
import os
import random
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.csv_files import Problems
from flows.hidden_services.matching.entries import Entry
from flows.hidden_services.matching.on_files import HEADER, match_files
from flows.hidden_services.matching.reading_files import read, register
from models.errors import ConfigurationError, CouldNotRun
from tests.waiting import until

REGISTER = "id,name,organisation\n1,Выдача справки о судимости,Суд\n2,Регистрация брака,ЗАГС\n"
OBSERVED = "id,name\na,Справка о судимости\nb,Регистрация брака\nc,Содержание пчёл\n"


def written(folder: Path, **files: str | bytes) -> list[Path]:
    """The files, each by its name without the ending."""
    paths = []
    for name, content in files.items():
        path = folder / f"{name}.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        paths.append(path)
    return paths


def outcome(
    folder: Path, observed: str | bytes, of: str | bytes = REGISTER
) -> list[dict[str, str]]:
    """The rows that come out."""
    known, asked = written(folder, register=of, observed=observed)
    match_files(known, asked, folder / "matched.csv")
    with (folder / "matched.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_one_row_for_each_in_the_same_order(tmp_path: Path) -> None:
    rows = outcome(tmp_path, OBSERVED)
    assert [row["id"] for row in rows] == ["a", "b", "c"]
    assert [row["kind"] for row in rows] == ["renamed", "present", "hidden"]
    assert [row["nearest_id"] for row in rows] == ["1", "2", ""]
    assert tuple(rows[0]) == HEADER
    assert all(0 <= float(row["p_absent"]) <= 1 for row in rows)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_dialects_and_encodings(tmp_path: Path, encoding: str, delimiter: str) -> None:
    files = [each.replace(",", delimiter).encode(encoding) for each in (OBSERVED, REGISTER)]
    rows = outcome(tmp_path, *files)
    assert [row["kind"] for row in rows] == ["renamed", "present", "hidden"]


def test_the_same_for_any_workers_and_any_parts(tmp_path: Path) -> None:
    chosen = random.Random(0)
    few = [f"{chosen.choice('ABCDE')}{number % 7}x" for number in range(25)] + ["ABC", "de", "Вид"]
    names = [" ".join(chosen.choices(few, k=chosen.randint(1, 6))) for _ in range(400)]
    tables = [
        f"id,name\n{''.join(f'{number},{name}{chr(10)}' for number, name in enumerate(some))}"
        for some in (list(dict.fromkeys(names[:150])), names[150:])
    ]
    known, asked = written(tmp_path, register=tables[0], observed=tables[1] + "x\ny,\n")
    outcomes = set()
    for workers, at_once in ((1, 1_000), (2, 100), (3, 7), (1, 11)):
        report = match_files(
            known, asked, tmp_path / "matched.csv", workers=workers, at_once=at_once
        )
        counted = tuple(sorted(report.kinds.items()))
        outcomes.add(((tmp_path / "matched.csv").read_bytes(), counted, report.in_observed.count))
    assert len(outcomes) == 1


def _forks(parent: int) -> list[int]:
    """Its children that run the same program: the workers.

    While it is imported, a library starts other programs for a moment.
    """
    program = psutil.Process(parent)
    forks = []
    for child in program.children():
        with suppress(psutil.NoSuchProcess):  # such a program has ended meanwhile
            if child.cmdline() == program.cmdline():
                forks.append(child.pid)
    return forks


def test_nothing_is_written_when_a_worker_is_ended(tmp_path: Path) -> None:
    rows = "".join(f"{number},Регистрация брака {number} раз\n" for number in range(60_000))
    known, asked = written(tmp_path, register=REGISTER, observed=f"id,name\n{rows}")
    to = tmp_path / "matched.csv"
    program = (
        "import sys; from pathlib import Path;"
        "from flows.hidden_services.matching.on_files import match_files;"
        "match_files(*map(Path, sys.argv[1:]), workers=2, at_once=1_000)"
    )
    arguments = [sys.executable, "-c", program, str(known), str(asked), str(to)]
    with subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True) as running:
        workers: list[int] = []

        def begun() -> bool:
            workers[:] = _forks(running.pid)
            return len(workers) == 2

        until(begun)
        os.kill(workers[0], signal.SIGKILL)
        _, told = running.communicate(timeout=120)
    assert running.returncode == 1
    assert "one was ended with SIGKILL" in told
    assert sorted(path.name for path in tmp_path.iterdir()) == ["observed.csv", "register.csv"]


def test_gzip_both_ways(tmp_path: Path) -> None:
    known, asked = written(tmp_path, register=gzip.compress(REGISTER.encode()), observed=OBSERVED)
    match_files(known, asked, tmp_path / "matched.csv.gz")
    with gzip.open(tmp_path / "matched.csv.gz", "rt", encoding="utf-8") as stream:
        assert len(list(csv.DictReader(stream))) == 3


def test_further_columns_are_read_by_their_name(tmp_path: Path) -> None:
    text = (
        "organisation;NAME_kk;Name;x;id;description;name_ru\n"
        "Court;Анықтама;Certificate;;7;On paper;Справка\n"
    )
    [path] = written(tmp_path, register=text)
    assert register(path, Problems()) == [
        Entry("7", "Certificate", ("Анықтама", "Справка"), "On paper", "Court")
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no header"),
        ("id,name\n", "no row after the header"),
        ("id,title\n1,x\n", "the column name is missing; it has id, title"),
        ("code,name\n1,x\n", "the column id is missing"),
        ("id,name,name\n1,x,y\n", "'name' twice"),
        ("id,name,\n1,x,y\n", "has no name"),
        ('id,name\n1,"x\n2,y\n', "end of data"),
        ("id,name\n1,x\n2,y\n1,z\n2,w\n", "1 in lines 2, 4; 2 in lines 3, 5"),
        ("id,name\n,x\n", "no row could be used; line 2, id: is empty"),
        ("id,name\n1,\n", "no row could be used; line 2, name: is empty"),
        ("id,name\n1,<br>\n", "no row could be used; line 2, name: is empty"),
        (b"\x00\x9f\x92\x96 not text \xff\xfe", "Reading"),
    ],
)
def test_a_register_that_cannot_be_used(tmp_path: Path, text: str | bytes, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        outcome(tmp_path, OBSERVED, text)
    assert not (tmp_path / "matched.csv").exists()


def test_no_such_file_and_no_such_folder(tmp_path: Path) -> None:
    known, asked = written(tmp_path, register=REGISTER, observed=OBSERVED)
    with pytest.raises(ConfigurationError, match=r"absent\.csv"):
        match_files(tmp_path / "absent.csv", asked, tmp_path / "matched.csv")
    with pytest.raises(CouldNotRun, match="Writing"):
        match_files(known, asked, tmp_path / "absent" / "matched.csv")
    with pytest.raises(ConfigurationError, match="Reading"):
        match_files(tmp_path, asked, tmp_path / "matched.csv")


def test_bad_rows_come_out_and_are_listed(tmp_path: Path) -> None:
    text = 'id,name\na,\nb\n"c",x,y\n\n=d,' + "Регистрация брака " * 600 + "\na,Регистрация брака\n"
    known, asked = written(tmp_path, register=REGISTER, observed=text)
    report = match_files(known, asked, tmp_path / "matched.csv")
    with (tmp_path / "matched.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["id"] for row in rows] == ["a", "b", "c", "'=d", "a"]
    assert [row["kind"] for row in rows][:3] == ["not_judged"] * 3
    assert rows[1]["why"] == "Line 3 has 1 cells where the header has 2"
    assert (rows[3]["nearest_id"], rows[4]["kind"]) == ("2", "present")
    assert report.observed == sum(report.kinds.values()) == 5
    assert sorted(each.line for each in report.in_observed.first) == [2, 3, 4, 6]
    assert report.in_observed.count == 4


def test_bad_entries_are_left_out_and_listed(tmp_path: Path) -> None:
    text = REGISTER + ",Без номера,\n3,,\n4\n5,Выдача паспорта,МВД\n"
    known, asked = written(tmp_path, register=text, observed=OBSERVED)
    report = match_files(known, asked, tmp_path / "matched.csv")
    assert report.entries == 3
    assert [(each.line, each.column) for each in report.in_register.first] == [
        (6, "the whole row"), (4, "id"), (5, "name"),
    ]  # fmt: skip


def test_nothing_runs_as_a_formula(tmp_path: Path) -> None:
    text = 'id,name\n"=1+1","=HYPERLINK(""x"")"\n"+2","@SUM(a)"\n'
    of = "id,name\n-3,Sum of payments\n=4,Hyperlink\n"
    for row in outcome(tmp_path, text, of):
        assert not any(cell[:1] in "=+-@" for cell in row.values() if cell)


CELL = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=20))
def test_any_text_in_is_one_row_out(tmp_path: Path, cells: list[tuple[str, str]]) -> None:
    [known, asked] = written(tmp_path, register=REGISTER, observed="")
    with asked.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", "name"])
        writer.writerows(cells)
    expected = len(read(asked, Problems()))
    assert match_files(known, asked, tmp_path / "matched.csv").observed == expected
    with (tmp_path / "matched.csv").open(encoding="utf-8", newline="") as stream:
        assert len(list(csv.DictReader(stream))) == expected
