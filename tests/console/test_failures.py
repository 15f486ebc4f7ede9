"""`tereze failures` on files: what comes out, what is said of bad input, no database."""

import csv
import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from console.cli import run

PROBES = """time,endpoint,state,http_code,response_ms,extra
2026-05-04T10:00:00+05:00,api,up,200,166,a
2026-05-04T10:01:00+05:00,api,down,503,31,b
2026-05-04T10:02:00+05:00,api,down,503,,c
2026-05-04T10:03:00+05:00,api,up,200,170,d
2026-05-04T10:03:00+05:00,=cmd,down,0,0,e
"""
OUTAGES = """endpoint,began_at,ended_at,probes,reason,kind
'=cmd,2026-05-04T10:03:00+05:00,,1,down,outage
api,2026-05-04T10:01:00+05:00,2026-05-04T10:03:00+05:00,2,503,outage
"""
Call = Callable[..., tuple[int, str]]


@pytest.fixture
def call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Call:
    """Write the text to a file, run `tereze failures` on it; the exit code and what was said."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TEREZE_DATABASE_URL", "postgresql://me@127.0.0.1:1/none")
    monkeypatch.setenv("TEREZE_ENVIRONMENT", "nowhere")

    def called(kind: str, text: str | bytes, *options: str) -> tuple[int, str]:
        data = text.encode() if isinstance(text, str) else text
        Path("in.csv").write_bytes(data)
        code = run(["failures", kind, "in.csv", "--to", "out.csv", *options])
        said = capsys.readouterr()
        return code, " ".join((said.out + said.err).split())

    return called


def test_outages_are_written(call: Call) -> None:
    code, said = call("outages", PROBES, "--confirm", "1")
    assert code == 0
    assert "5 probes of 2 endpoints" in said
    assert Path("out.csv").read_text() == OUTAGES


def test_order_and_repeats_change_nothing(call: Call) -> None:
    head, *rows = PROBES.splitlines()
    code, _ = call("outages", "\n".join([head, *reversed(rows), *rows]), "--confirm", "1")
    assert code == 0
    assert Path("out.csv").read_text() == OUTAGES


def test_options_of_outages(call: Call) -> None:
    code, said = call(
        "outages", PROBES, "--without", "=cmd", "--gap", "59s", "--flap", "5m", "--json"
    )
    assert code == 0
    report = json.loads(said)
    # Every pause is a gap then, and no failure is confirmed across one.
    assert (report["outages"], report["still_open"], report["not_looked_at"]) == (0, 0, 3)


def test_rows_that_cannot_be_read_are_listed(call: Call) -> None:
    bad = [
        "yesterday,api,down,503,1,x",
        "2026-05-04T10:04:00,api,down,503,1,x",
        "2026-05-04T10:04:00+05:00,,down,503,1,x",
        "2026-05-04T10:04:00+05:00,api,,503,1,x",
        "2026-05-04T10:04:00+05:00,api,down",
    ]
    code, said = call("outages", PROBES + "\n".join(bad), "--confirm", "1")
    assert code == 0
    assert Path("out.csv").read_text() == OUTAGES
    assert "5 things could not be used" in said
    for part in ("line 7, time: 'yesterday' is not", "line 8, time: '2026-05-04T10:04:00', but",
                 "line 9, endpoint: it is empty", "line 10, state: it is empty",
                 "line 11, the whole row: 3 cells"):  # fmt: skip
        assert part in said


def test_a_failure_counts_without_its_measurements(call: Call) -> None:
    text = PROBES.replace("down,503,31", "down,teapot,-31")
    code, said = call("outages", text, "--confirm", "1")
    assert code == 0
    assert "line 3, http_code: 'teapot' is not a number (the probe is used)" in said
    assert "line 3, response_ms: -31 is negative (the probe is used)" in said
    assert ",2," in Path("out.csv").read_text()


def test_scan_keeps_the_rows_and_judges_what_can_be_read(call: Call) -> None:
    rows = [f"2026-05-04 {n // 60:02}:{n % 60:02}:00,{n % 7}.5,{n}" for n in range(400)]
    rows[300] = "2026-05-04 05:00:00,1000,spike"
    rows[10] = "2026-05-04 00:10:00,NaN,a"
    rows[11] = "soon,1,b"
    rows[20], rows[21] = rows[21], rows[20]
    code, said = call("scan", "\n".join(["timestamp,value,note", *rows]))
    assert code == 0
    with Path("out.csv").open(newline="") as stream:
        written = list(csv.reader(stream))
    assert written[0] == ["timestamp", "value", "note", "score", "flag"]
    assert [",".join(row[:3]) for row in written[1:]] == rows
    assert written[11][3:] == written[12][3:] == ["", ""]
    assert [row[2] for row in written[1:] if row[4] == "1"] == ["spike"]
    assert all(0 <= float(row[3]) <= 1 for row in written[1:] if row[3])
    assert "line 12, value: 'NaN' is not a finite number" in said
    assert "line 13, timestamp: 'soon' is not an ISO 8601 time" in said
    assert "line 23, timestamp: 2026-05-04 00:20:00 is before the row above" in said


def test_gz_is_read_and_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with gzip.open("series.csv.gz", "wt") as stream:
        stream.write("timestamp,value\n2026-05-04 00:00,1\n")
    assert run(["failures", "scan", "series.csv.gz", "--to", "scanned.csv.gz"]) == 0
    with gzip.open("scanned.csv.gz", "rt") as stream:
        assert stream.read() == "timestamp,value,score,flag\n2026-05-04 00:00,1,0.000000,0\n"


@pytest.mark.parametrize("kind", ["outages", "scan"])
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is missing; the file is empty"),
        ("a,b\n1,2\n", "is missing; it has a, b"),
        ("time,endpoint,state,http_code,response_ms,timestamp,value\n", "no row after the header"),
        ("time,endpoint,state,http_code,response_ms,timestamp,value\n,,,,,,\n",
         "no row could be read; line 2, time"),
        (b"time,\xff\xfe\n", "it is not CSV in UTF-8"),
        ('time,"endpoint\n', "it is not CSV in UTF-8"),
        ("value,value,timestamp,endpoint,endpoint,time,state,http_code,response_ms\n",
         "is there twice"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used(call: Call, kind: str, text: str | bytes, words: str) -> None:
    code, said = call(kind, text)
    assert code == 2
    assert "in.csv" in said
    assert words in said.replace("timestamp:", "time:").replace("2, timestamp", "2, time")
    assert "Traceback" not in said
    assert [each.name for each in Path().iterdir()] == ["in.csv"]


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["outages", "none.csv", "--to", "x"], 2, "No such file"),
        (["scan", ".", "--to", "x"], 2, "Is a directory"),
        (["outages", "in.csv", "--to", "no/such/x"], 3, "Writing no/such/x"),
        (["outages", "in.csv", "--to", "x", "--gap", "0s"], 2, "shorter than 1 s"),
        (["outages", "in.csv", "--to", "x", "--flap", "5"], 2, "90s, 10m"),
        (["outages", "in.csv", "--to", "x", "--confirm", "0"], 2, "confirm"),
        (["outages", "in.csv", "--to", "x", "--without", "ap"], 2, "It has: =cmd, api"),
    ],
)
def test_wrong_use(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    code: int,
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("in.csv").write_text(PROBES)
    assert run(["failures", *options]) == code
    said = " ".join(capsys.readouterr().err.split())
    assert words in said
    assert "Traceback" not in said
