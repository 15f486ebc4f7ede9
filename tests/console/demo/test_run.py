"""`tereze demo --once`: everything for real, and what it found is what the sandbox did."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.demo.sandbox import VOLUMES
from console.up.state import FILE


@pytest.fixture
def home() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="tz"))  # short: the path of a Unix socket is bounded
    made.chmod(0o755)  # the database server may run as a user of its own
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.mark.slow
def test_one_round(home: Path) -> None:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "TEREZE_"))}
    done = subprocess.run(
        [sys.executable, "-m", "console", "demo", "--once", "--json"],
        env={**kept, "TEREZE_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    states = Counter(pull["state"] for pull in found["pulls"])
    assert states == {"succeeded": len(found["pulls"])}
    _found_the_mistakes(found)
    _lost_nothing(found)
    _failed_and_recovered(found["failures"])
    _closed_a_review(found["delays"])
    _had_a_night_on_call(found["on_call"])
    _took_one_to_the_register(found["hidden_services"])
    assert (home / "hidden-services.html").stat().st_size > 100_000
    assert found["counts"]["alerts"] > 0
    assert found["counts"]["notices"] > 0
    assert (home / "notices.jsonl").read_text().count("\n") > 0
    assert not (home / FILE).exists()
    assert not (home / "postgres" / "postmaster.pid").exists()


def _found_the_mistakes(found: dict[str, list[dict[str, Any]]]) -> None:
    rows = {row["code"]: row["rows"] for row in found["quarantine"]}
    # Identifiers, services, times: as many as the State Corporation was told to spoil.
    assert {code: round(count, -1) for code, count in rows.items()} == {
        "A03": 60,
        "A04": 20,
        "A06": 40,
    }


def _lost_nothing(found: dict[str, list[dict[str, Any]]]) -> None:
    stored = sum(body["received"] for body in found["bodies"])
    held = sum(pull["quarantined"] for pull in found["pulls"])
    assert stored + held == pytest.approx(sum(VOLUMES.values()), abs=5)  # the world goes on


def _had_a_night_on_call(shown: dict[str, Any]) -> None:
    assert shown["person"] in ("aigerim", "bolat")
    assert min(shown["escalations"], shown["acknowledged"], shown["silenced"]) > 0
    assert shown["escalated"].endswith("(escalation)")


def _failed_and_recovered(shown: list[dict[str, Any]]) -> None:
    assert [each["kind"] for each in shown] == ["down", "silent", "contract"]
    assert [each["rounds"] for each in shown] == [2, 2, 1]
    for each in shown:
        assert each["waiting"]["applications"] > 1000
        assert each["sentence"] in each["letter"]
        assert each["recovered_after_s"] > 0
    assert "will fail: it takes `items.received_at`" in shown[2]["sentence"]


def _closed_a_review(shown: dict[str, Any]) -> None:
    explained, review = shown["explained"], shown["review"]
    assert sum(explained["shares"].values()) == explained["whole"] > 0
    assert explained["application"]["timeliness"] in ("late", "overdue")
    assert [each["became"] for each in review["history"]] == ["open", "disputed", "closed"]
    assert sum(row["closed"] for row in shown["statistics"]) == 1


def _took_one_to_the_register(shown: dict[str, Any]) -> None:
    assert shown["candidates"]["hidden"] > 30
    assert shown["candidates"]["dormant"] > 15
    assert shown["entered"]["kind"] == "hidden"
    assert "99999001" in shown["draft"]
    assert shown["funnel"]["entered"] == 1
    assert shown["bundles"][0]["visits_saved"] > 0
