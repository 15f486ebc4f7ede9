import contextlib
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from sandbox.processes import Handle, NotReady, start
from tests.sandbox.reading import KEY, NOW, Reader
from tests.waiting import until

HOUSE = Path(__file__).resolve().parents[2]


def gone(pid: int, wait: float = 60.0) -> bool:
    until = time.monotonic() + wait
    while time.monotonic() < until:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.05)
    return False


def small() -> Handle:
    return start("state_corporation", api_key=KEY, volume=100, now=NOW, speed=0)


def sandbox(*arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if name != "SANDBOX_API_KEY"}
    return subprocess.run(
        [sys.executable, "-m", "sandbox", *arguments],
        cwd=HOUSE,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_stops_cleanly_and_again() -> None:
    body = small()
    assert body.stop() == 0
    assert body.stop() == 0
    assert gone(body.pid)


def test_stops_while_an_answer_hangs() -> None:
    with small() as body:
        reader = Reader(body.url)
        reader.fail("time_out")
        with socket.create_connection(("127.0.0.1", int(body.url.rpartition(":")[2]))) as asking:
            asking.sendall(
                f"GET /applications HTTP/1.1\r\nHost: x\r\nX-Api-Key: {KEY}\r\n\r\n".encode()
            )
            until(lambda: reader.struck("time_out"))
            assert body.stop() == 0, "it ended by itself, and was not killed"
    assert gone(body.pid)


def test_on_a_port_of_ones_choice() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with start("state_corporation", api_key=KEY, volume=10, port=port) as body:
        assert body.url == f"http://127.0.0.1:{port}"
        assert Reader(body.url).page()["items"]


def test_the_same_after_a_restart() -> None:
    with small() as body:
        first = Reader(body.url).page(size=100)
    with small() as body:
        assert Reader(body.url).page(size=100) == first


def test_started_later_with_the_anchor_the_history_goes_on() -> None:
    later = "2026-05-25T12:00:00+05:00"
    with small() as body:
        reader = Reader(body.url)
        reader.post("/control/clock", {"now": later})
        first = reader.page(size=500)
    with start(
        "state_corporation", api_key=KEY, volume=100, anchor=NOW, now=later, speed=0
    ) as body:
        assert Reader(body.url).page(size=500) == first
    assert first["total"] > 100


def test_dies_with_its_parent() -> None:
    program = (
        "from sandbox.processes import start; import time\n"
        f"print(start('state_corporation', api_key={KEY!r}, volume=10).pid, flush=True)\n"
        "time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=HOUSE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert psutil.pid_exists(child)
        parent.send_signal(signal.SIGKILL)
    assert gone(child)


def test_all_three_with_a_line_each_and_their_truth(tmp_path: Path) -> None:
    arguments = [
        *("all", "--volume", "400", "--now", NOW, "--speed", "0"),
        *("--database-url", f"sqlite:///{tmp_path}/land.db"),
        *("--folder", str(tmp_path / "drops"), "--truth", str(tmp_path / "truth.jsonl")),
    ]
    with subprocess.Popen(
        [sys.executable, "-m", "sandbox", *arguments],
        cwd=HOUSE,
        env=os.environ | {"SANDBOX_API_KEY": KEY},
        stdout=subprocess.PIPE,
        text=True,
    ) as launcher:
        assert launcher.stdout is not None
        lines = [launcher.stdout.readline().split() for _ in range(3)]
        time.sleep(0.5)
        launcher.terminate()
        assert launcher.wait(60) == 0
    assert [line[0] for line in lines] == ["state_corporation", "land_registry", "agriculture"]
    assert all(line[1].startswith("http://127.0.0.1:") for line in lines)
    assert all(gone(int(line[2])) for line in lines)
    truth = (tmp_path / "state_corporation_truth.jsonl").read_text().splitlines()
    assert len(truth) == 400
    assert json.loads(truth[0])["type"] == "application"
    assert len((tmp_path / "land_registry_truth.jsonl").read_text().splitlines()) == 100
    assert len(list((tmp_path / "drops").glob("*.csv"))) == 60


def test_the_land_registry_leaves_no_fault_behind(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/land.db"
    with start("land_registry", database_url=url, volume=50, now=NOW, speed=0) as body:
        Reader(body.url).fail("empty")
        assert _rows(tmp_path / "land.db") == 0
        assert body.stop() == 0
    assert _rows(tmp_path / "land.db") == 50


def _rows(database: Path) -> int:
    with contextlib.closing(sqlite3.connect(database)) as connection:
        return int(connection.execute("SELECT count(*) FROM cadastre_requests").fetchone()[0])


def test_faults_by_command() -> None:
    with small() as body:
        told = sandbox("fault", "--url", body.url, "--kind", "429", "--set", "count=1")
        assert (told.returncode, json.loads(told.stdout)["count"]) == (0, 1)
        assert Reader(body.url).get("/applications").status_code == 429
        refused = sandbox("fault", "--url", body.url, "--kind", "earthquake")
        assert refused.returncode == 2
        assert "is not one of" in refused.stderr
        assert sandbox("fault", "--url", body.url, "--clear").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("state_corporation",), "SANDBOX_API_KEY"),
        (("state_corporation", "--api-key", "k", "--now", "soon"), "soon"),
        (("state_corporation", "--api-key", "k", "--volume", "0"), "at least 1"),
        (("agriculture",), "--folder"),
        (("parliament",), "invalid choice"),
    ],
)
def test_wrong_use(arguments: tuple[str, ...], words: str) -> None:
    found = sandbox(*arguments)
    assert found.returncode == 2
    assert words in found.stderr


def test_not_ready_is_said() -> None:
    with pytest.raises(NotReady, match="Starting state_corporation"):
        start("state_corporation", api_key=KEY, volume=0)


def test_the_clock_can_run_fast() -> None:
    with start("state_corporation", api_key=KEY, volume=5_000, now=NOW, speed=360_000) as body:
        reader = Reader(body.url)
        first = reader.page(size=1)["total"]
        until(lambda: reader.page(size=1)["total"] > first)
    assert first >= 5_000


def test_truth_file_has_the_faults(tmp_path: Path) -> None:
    file = tmp_path / "truth.jsonl"
    with start("state_corporation", api_key=KEY, volume=10, now=NOW, truth=file) as body:
        reader = Reader(body.url)
        reader.fail("bad_identifiers", share=1, count=1)
        shown = reader.page()["items"]
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    (fault,) = [row for row in rows if row["type"] == "fault"]
    assert set(fault["records"]) == {item["application_id"] for item in shown}
    assert {row["number"] for row in rows if row["type"] == "application"} == set(fault["records"])
