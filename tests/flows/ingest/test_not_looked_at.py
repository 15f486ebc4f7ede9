"""Nothing is concluded from a source that is not pulled: it is said instead, until it is."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from flows.delays.tick import check
from tests.flows.ingest.office import ACTOR, EVENTS, Office, application

DUE_ON_THE_14TH = application("A1")


def at(day: int, clock: str = "10:00") -> datetime:
    moment = datetime.fromisoformat(f"2026-05-{day:02}T{clock}:00")
    return moment.replace(tzinfo=ZoneInfo("Asia/Almaty"))


def judged(office: Office, as_of: datetime) -> Any:
    return check(office.engine, office.environment, as_of=as_of, actor=ACTOR)


@pytest.fixture
def watched(office: Office) -> Office:
    """Pulled on the 13th, then no more: the source's file is away."""
    del office.changes["events"]
    office.declare(applications={"stale_after": "1h"})
    office.drop(DUE_ON_THE_14TH)
    office.pull(now=at(13))
    return office


def timeliness(office: Office) -> Any:
    return office.one("SELECT timeliness FROM applications")


def test_not_judged_beyond_the_last_look_and_told_so(watched: Office) -> None:
    judged(watched, at(13, "10:30"))
    assert timeliness(watched) == "open"
    (watched.folder / "data" / "applications.csv").unlink()
    assert watched.pull(now=at(15)).state == "failed"
    report = judged(watched, at(15))
    assert timeliness(watched) == "open"
    assert watched.one("SELECT count(*) FROM breaches") == 0
    words = "office was not looked at from 2026-05-13 10:00 to 2026-05-15 10:00"
    assert words in report.not_looked_at[0]
    assert words in watched.alerts()["SourceStale"]

    watched.drop(DUE_ON_THE_14TH)
    watched.pull(now=at(15, "11:00"))
    report = judged(watched, at(15, "11:05"))
    assert timeliness(watched) == "overdue"
    assert watched.one("SELECT count(*) FROM breaches") == 1
    assert report.not_looked_at == []
    assert "SourceStale" in watched.alerts("resolved")


def test_what_was_completed_meanwhile_was_never_overdue(watched: Office) -> None:
    judged(watched, at(15))
    watched.drop(application("A1", completed_at="2026-05-14T09:00:00",
                             changed_at="2026-05-14T09:00:00+05:00"))  # fmt: skip
    watched.pull(now=at(15, "11:00"))
    judged(watched, at(15, "11:05"))
    assert timeliness(watched) == "on_time"
    assert watched.one("SELECT count(*) FROM breaches") == 0


def test_a_source_that_was_never_pulled(watched: Office) -> None:
    watched.changes["events"] = {
        "source": EVENTS, "system": "office", "connector": "file", "stale_after": "1h",
        "dataset": "application_events", "request": {"path": "events.csv"},
        "fields": {name: name for name in ("event", "number", "kind", "at")},
    }  # fmt: skip
    watched.declare()
    report = judged(watched, at(15))
    assert timeliness(watched) is None
    assert "office was never looked at" in report.not_looked_at[0]


def test_a_range_of_the_past_is_no_look(watched: Office) -> None:
    watched.pull(since="2026-05-01T00:00:00+05:00", now=at(15))
    assert judged(watched, at(15)).not_looked_at != []
