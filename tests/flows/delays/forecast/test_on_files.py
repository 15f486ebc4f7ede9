"""Forecasts judged by a record, without a database; by a real city's half-year, too."""

import csv
import gzip
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from console import cli
from flows.delays.forecast.judge import Judged
from flows.delays.forecast.on_files import HEADER, judge_file
from flows.environment import choose, open_environment
from models.environment.loader import Environment
from models.errors import ConfigurationError, CouldNotRun
from tests.environments import environment
from tests.flows.delays.forecast.made import MONDAY, some
from tests.shared import DATA, shared

UNTIL = datetime.fromtimestamp(MONDAY - 30 * 86_400, UTC)
COLUMNS = ("number", "service", "organisation", "region", "channel", "received_at", "due_at",
           "completed_at", "status")  # fmt: skip


def record(path: Path, count: int = 2500) -> Path:
    """A record as `tereze delays export` writes it, with the body beside it."""
    whole = some(count)
    seen = float(whole.seen[0])
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        for n in range(count):
            group = str(whole.keys[n, -1])
            closed = whole.closed[n] if whole.closed[n] <= seen else None
            times = [
                "" if t is None else datetime.fromtimestamp(t, UTC).isoformat()
                for t in (whole.received[n], whole.due[n], closed)
            ]
            writer.writerow([f"=N{n}", group, group, "r", "portal", *times, ""])
    return path


@pytest.fixture
def kazakhstan(tmp_path: Path) -> Environment:
    folder = tmp_path / "environment"
    folder.mkdir()
    return environment(folder)


def test_a_record_is_judged(tmp_path: Path, kazakhstan: Environment) -> None:
    to = tmp_path / "judged.csv"
    report = judge_file(kazakhstan, record(tmp_path / "record.csv"), to, UNTIL, 0.5)
    assert (report.rows, report.problems.count) == (2500, 0)
    judged = report.judged
    assert judged.quality.brier < judged.by_elapsed.brier
    with to.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert tuple(rows[0]) == HEADER
    assert len(rows) == judged.quality.count > 100
    assert rows[0]["number"].startswith("'=N")
    assert sum(row["late"] == "yes" for row in rows) == round(judged.quality.share * len(rows))
    assert all(row["looked_at"] <= row["due_at"] for row in rows)
    assert float(rows[0]["chance"]) == pytest.approx(judged.chances[0], abs=1e-4)


def test_rows_that_cannot_be_used_are_told(tmp_path: Path, kazakhstan: Environment) -> None:
    source = record(tmp_path / "record.csv")
    with source.open("a", encoding="utf-8") as stream:
        stream.write("A,1,1,r,portal,yesterday,,,\nB,1,1,r,portal,,,,\nC,1\n")
    report = judge_file(kazakhstan, source, tmp_path / "to.csv", UNTIL, 0.5)
    assert report.problems.count == 3
    assert "received_at is empty" in str(report.problems.first[1])


def test_too_little_to_learn_from(tmp_path: Path, kazakhstan: Environment) -> None:
    source, to = record(tmp_path / "record.csv", 40), tmp_path / "to.csv"
    with pytest.raises(CouldNotRun, match="points of decided cases"):
        judge_file(kazakhstan, source, to, UNTIL, 0.5)
    source.write_text(",".join(COLUMNS) + "\n", encoding="utf-8")
    with pytest.raises(ConfigurationError):
        judge_file(kazakhstan, source, to, UNTIL, 0.5)
    assert not to.exists()


def test_the_command(
    tmp_path: Path, kazakhstan: Environment, capfd: pytest.CaptureFixture[str]
) -> None:
    source, to = record(tmp_path / "record.csv"), tmp_path / "judged.csv"
    line = ["-e", str(kazakhstan.folder), "forecast", "judge", str(source), "--to", str(to)]
    assert cli.run([*line, "--until", UNTIL.isoformat()]) == 0
    printed = capfd.readouterr().out
    assert "cases judged, to" in printed
    assert "the service's share of late" in printed
    assert "0.9 to 1.0" in printed
    assert cli.run([*line, "--until", UNTIL.isoformat(), "--mark", "0.6"]) == 2
    assert "0.25, 0.5, 0.75" in capfd.readouterr().err


def boston(to: Path) -> Path:
    """Every third of the city's requests, in the columns of the export."""
    zone = ZoneInfo("America/New_York")

    def iso(cell: str) -> str:
        if not cell:
            return ""
        local = datetime.strptime(cell, "%m/%d/%Y %I:%M:%S %p")
        return local.replace(tzinfo=zone).isoformat()

    source = shared("boston311/requests_2015_h1.csv.gz")
    with gzip.open(source, "rt", encoding="utf-8") as read, to.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        for n, row in enumerate(csv.DictReader(read)):
            if n % 3 == 0:
                named = [row[c] for c in ("TYPE", "Department", "neighborhood", "Source")]
                times = [iso(row[c]) for c in ("OPEN_DT", "TARGET_DT", "CLOSED_DT")]
                writer.writerow([row["CASE_ENQUIRY_ID"], *named, *times, ""])
    return to


def test_a_real_half_year(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Learned from January to April, judged in May and June at half of each term.

    A third of the cases, to be quick: `python -m benchmarks forecast` has them all.
    """
    source = boston(tmp_path / "boston.csv")
    monkeypatch.setenv("TEREZE_DATA", str(DATA))
    until = datetime(2015, 5, 1, tzinfo=ZoneInfo("America/New_York"))
    city = open_environment(choose("boston"))
    found: Judged = judge_file(city, source, tmp_path / "to.csv", until, 0.5).judged
    quality = found.quality
    assert quality.count > 2000
    assert quality.auc is not None
    assert found.by_service.auc is not None
    assert quality.auc > max(0.72, found.by_service.auc + 0.05)
    assert quality.brier < 0.9 * quality.base
    assert quality.brier < 0.9 * min(found.by_service.brier, found.by_elapsed.brier)
    assert quality.off < 0.1
