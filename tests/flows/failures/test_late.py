"""Jobs of ours that did not run by their schedule."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from flows.failures import alerting, findings
from flows.failures.late import of_jobs
from flows.failures.verdict import Verdict
from models.environment.loader import Environment
from tests.environments import environment as written
from tests.flows.failures.conftest import Rows
from tests.flows.failures.saying import minute

SOURCE = "office.applications"


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return written(tmp_path, applications={"schedule": "*/10 * * * *"})


def _run(engine: Engine, job: str, at: float, state: str = "completed", **values: str) -> None:
    row = {"job": job, "at": minute(at), "state": state, "subject": "", "words": None, **values}
    statement = """
        INSERT INTO job_runs (job, subject, actor, state, sentence, started_at)
        VALUES (:job, :subject, 'test', :state, :words, :at)
    """
    with engine.begin() as connection:
        connection.execute(text(statement), row)


def _watched(engine: Engine, at: float) -> None:
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO watch_rounds VALUES (:at, :at, 0, 0, 0)"), {"at": minute(at)}
        )


def _of(engine: Engine, environment: Environment, at: float) -> dict[str, Verdict]:
    with engine.connect() as connection:
        found = of_jobs(connection, environment, minute(at))
    return {each.subject: each for each in found}


def test_jobs_that_run_are_good(engine: Engine, environment: Environment) -> None:
    _watched(engine, 0)
    for job in ("register", "delays", "alerts"):
        _run(engine, job, 58)
    _run(engine, "ingest", 55, "failed", subject=SOURCE)  # it has looked; the data tell of it
    found = _of(engine, environment, 60)
    assert {name: each.level for name, each in found.items()} == {
        "job:register": "good",
        f"source:{SOURCE}": "good",
        "job:delays": "good",
        "job:alerts": "good",
    }
    assert found[f"source:{SOURCE}"].system == "office"
    assert found["job:delays"].system == "tereze"


def test_jobs_that_do_not_run_are_named(engine: Engine, environment: Environment) -> None:
    _watched(engine, 0)
    _run(engine, "delays", 10)
    _run(engine, "delays", 20, "failed", words="The database is away")
    _run(engine, "ingest", 5, subject=SOURCE)
    _run(engine, "ingest", 40, subject="another")
    found = _of(engine, environment, 60)
    delays, pulls, alerts = (
        found[name] for name in ("job:delays", f"source:{SOURCE}", "job:alerts")
    )
    assert (delays.level, delays.reason, delays.since) == ("confirmed", "failed", minute(10))
    assert delays.sentence == (
        "The job delays has not come to its end since 2026-05-04 09:10;"
        " its last run said: The database is away"
    )
    assert (pulls.level, pulls.reason, pulls.since) == ("confirmed", "did_not_run", minute(5))
    assert pulls.sentence == f"The job ingest of {SOURCE} has not run since 2026-05-04 09:05"
    assert alerts.sentence == (
        "The job alerts has never run, and is watched since 2026-05-04 09:00"
    )
    assert "job:register" not in found, "three days have not passed"


@pytest.mark.parametrize(
    ("ran", "now", "late"),
    [(0, 15, False), (0, 15.1, True), (4.9, 15, False), (4.9, 15.1, True), (10, 24.9, False)],
)
def test_three_turns_are_forgiven(
    engine: Engine, environment: Environment, ran: float, now: float, late: bool
) -> None:
    _watched(engine, -1000)
    _run(engine, "delays", ran)
    assert (_of(engine, environment, now)["job:delays"].level == "confirmed") == late


def test_after_a_gap_jobs_get_their_time_again(engine: Engine, environment: Environment) -> None:
    _watched(engine, 0)
    _run(engine, "delays", 1)
    gap = {"began_at": minute(2), "ended_at": minute(600)}
    with engine.begin() as connection:
        connection.execute(
            text("""
                INSERT INTO findings (kind, system, subject, side, state, severity, reason,
                    sentence, began_at, found_at, ended_at, looked_until, confirmed_at)
                VALUES ('not_looked_at', 'tereze', 'watch', 'watch', 'over', 'warning', 'gap',
                    'A gap', :began_at, :ended_at, :ended_at, :ended_at, :ended_at)
            """),
            gap,
        )
    assert "job:delays" not in _of(engine, environment, 601), "neither late nor known to run"
    assert _of(engine, environment, 616)["job:delays"].level == "confirmed"


def test_a_late_source_that_the_delays_tell_of_is_no_alert_of_its_own(
    engine: Engine, environment: Environment, rows: Rows
) -> None:
    def settled(at: float) -> Any:
        with engine.begin() as connection:
            moment: datetime = minute(at)
            said = of_jobs(connection, environment, moment)
            findings.write(connection, environment, "watch", said, moment, "test")
            return alerting.settle(connection, environment, moment, "test")

    _watched(engine, 0)
    for job in ("register", "delays", "alerts"):
        _run(engine, job, 45)
    assert settled(50).held_back == 1
    (finding,) = rows("SELECT subject, held_back, held_back_by FROM findings")
    assert tuple(finding.values()) == (f"source:{SOURCE}", "told_by", "SourceStale")
    _run(engine, "ingest", 51, subject=SOURCE)
    settled(52)
    assert rows("SELECT state, ended_at FROM findings") == [
        {"state": "over", "ended_at": minute(51)}
    ]
    assert rows("SELECT * FROM alerts") == []
