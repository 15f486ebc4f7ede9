"""The exported file: what was so then, in local time, safe to open."""

import csv
import gzip
import io
from pathlib import Path

import pytest

from flows.delays.export import HEADER, export
from models.errors import CouldNotRun
from tests.flows.delays.world import World, moment


def _rows(path: Path) -> list[dict[str, str]]:
    raw = path.read_bytes()
    written = gzip.decompress(raw) if path.suffix == ".gz" else raw
    return list(csv.DictReader(io.StringIO(written.decode())))


def test_one_row_for_each_application_in_order_of_receipt(world: World, tmp_path: Path) -> None:
    world.received("A2", "06-02 11:00", region="75", channel="portal")
    world.received("A1", "06-02 10:00")
    world.completed("A1", "06-03 10:00")
    path = tmp_path / "delays.csv"
    counts = export(world.engine, world.environment, path, as_of=moment("06-05 12:00"))
    assert counts == {"on_time": 1, "overdue": 1}
    rows = _rows(path)
    assert tuple(rows[0]) == HEADER
    assert [row["number"] for row in rows] == ["A1", "A2"]
    assert rows[1] == {
        "number": "A2",
        "service": "00100101",
        "region": "75",
        "channel": "portal",
        "received_at": "2025-06-02T11:00:00+05:00",
        "due_at": "2025-06-04T18:00:00+05:00",
        "completed_at": "",
        "status": "overdue",
    }


@pytest.mark.parametrize(
    ("at", "status", "completed"),
    [
        ("06-02 10:30", "open", ""),
        ("06-04 17:00", "at_risk", ""),
        ("06-04 19:00", "overdue", ""),
        ("06-05 10:00", "late", "2025-06-05T10:00:00+05:00"),
    ],
)
def test_what_came_later_is_left_out(
    world: World, tmp_path: Path, at: str, status: str, completed: str
) -> None:
    world.received("A1", "06-02 10:00")
    world.completed("A1", "06-05 10:00")
    export(world.engine, world.environment, tmp_path / "d.csv", as_of=moment(at))
    (row,) = _rows(tmp_path / "d.csv")
    assert (row["status"], row["completed_at"]) == (status, completed)


def test_a_stop_that_was_not_known_then_moves_no_date(world: World, tmp_path: Path) -> None:
    world.received("A1", "06-02 10:00")
    world.event("A1", "stopped", "06-04 10:00")
    world.event("A1", "restarted", "06-09 10:00")
    due = {}
    for at in ("06-03 12:00", "06-04 12:00", "06-09 12:00"):
        export(world.engine, world.environment, tmp_path / "d.csv", as_of=moment(at))
        (row,) = _rows(tmp_path / "d.csv")
        due[at] = row["due_at"]
    assert due == {
        "06-03 12:00": "2025-06-04T18:00:00+05:00",
        "06-04 12:00": "",
        "06-09 12:00": "2025-06-09T18:00:00+05:00",
    }


def test_a_compressed_file(world: World, tmp_path: Path) -> None:
    world.received("A1", "06-02 10:00")
    path = tmp_path / "delays.csv.gz"
    export(world.engine, world.environment, path, as_of=moment("06-03 10:00"))
    assert [row["number"] for row in _rows(path)] == ["A1"]


def test_a_text_that_looks_like_a_formula_is_made_harmless(world: World, tmp_path: Path) -> None:
    world.received("=1+1", "06-02 10:00")
    export(world.engine, world.environment, tmp_path / "d.csv", as_of=moment("06-03 10:00"))
    assert _rows(tmp_path / "d.csv")[0]["number"] == "'=1+1"


def test_a_folder_that_is_not_there(world: World, tmp_path: Path) -> None:
    with pytest.raises(CouldNotRun, match="Writing") as caught:
        export(world.engine, world.environment, tmp_path / "none" / "d.csv")
    assert "can be written" in str(caught.value)


def test_an_unfinished_file_never_takes_the_old_one_s_place(world: World, tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    path.write_text("old")
    world.received("A1", "06-02 10:00")

    def fail(_done: int, _total: int | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(world.engine, world.environment, path, progress=fail)
    assert path.read_text() == "old"
