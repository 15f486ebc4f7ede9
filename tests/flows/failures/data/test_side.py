"""Real pulls of a real body, judged from their facts in the database."""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg.types.json import Jsonb
from sqlalchemy import URL, Engine, text

from flows.failures.data.freshness import freshness
from flows.failures.data.side import DATA
from flows.failures.verdict import Verdict
from flows.register.sync import sync
from models.database import Database
from tests.conftest import SCHEMA
from tests.environments import environment
from tests.flows.failures.data.story import AROUND, LOCAL, at
from tests.flows.ingest.office import ACTOR, SOURCE, Office, application

NOW = at("2026-05-20T11:00:00")  # a Wednesday


class Watched(Office):
    """An office pulled each ten minutes, with the habits of ten days before the test begins."""

    def past(self, until: datetime, days: int = 14) -> None:
        """Write the records of good pulls of the past, with something new in office hours."""
        moments = sorted(until - timedelta(minutes=10 * n) for n in range(1, 144 * days))
        newest, rows = moments[0], []
        for moment in moments:
            local = moment.astimezone(LOCAL)
            busy = AROUND.time.works(local.date()) and 9 <= local.hour < 18
            newest = moment if busy else newest
            held = {"rows": 5, "held": 0, "seconds": 0.05, "digest": str(newest), "values": {},
                    "newest": {"changed_at": newest.isoformat()}, "counters": {}}  # fmt: skip
            rows.append({"at": moment, "end": moment + timedelta(seconds=1), "source": SOURCE,
                         "news": 5 if busy else 0, "facts": Jsonb(held)})  # fmt: skip
        with self.engine.begin() as connection:
            connection.execute(
                text("""
                    INSERT INTO pulls (source, kind, holder, state, reason, started_at, ended_at,
                        window_since, pages, read, inserted, facts)
                    VALUES (:source, 'pull', 'test', 'succeeded', 'done', :at, :end, '"x"', 1, 5,
                        :news, :facts)
                """),
                rows,
            )

    def judge(self, now: datetime) -> dict[str, Verdict]:
        with self.engine.begin() as connection:
            found = DATA.judge(connection, self.environment, now)
        assert {verdict.subject for verdict in found} <= {f"source:{SOURCE}"}
        return {verdict.kind: verdict for verdict in found}

    def pulled(
        self, now: datetime, changed: datetime, state: str = "succeeded"
    ) -> dict[str, Verdict]:
        """Pull what the body has, changed when it says, and judge."""
        moment = changed.isoformat(timespec="seconds")
        self.drop(application("A1", changed_at=moment))
        assert self.pull(now=now).state == state
        return self.judge(now)


@pytest.fixture(scope="module")
def with_calendar(
    postgres_url: str, template: URL, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """One database with the calendar for all tests: making it takes longer than they do."""
    name = f"data_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template.database}"'.encode())
    engine = Database(template.set(database=name), SCHEMA).engine(hide_parameters=True)
    with engine.begin() as connection:
        sync(connection, environment(tmp_path_factory.mktemp("register")), ACTOR)
    yield engine
    engine.dispose()
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@pytest.fixture
def engine(with_calendar: Engine) -> Engine:
    with with_calendar.begin() as connection:
        connection.execute(
            text("TRUNCATE pulls, source_habits, source_states, quarantine, applications")
        )
    return with_calendar


@pytest.fixture
def watched(tmp_path: Path, engine: Engine) -> Watched:
    office = Watched(tmp_path, engine)
    del office.changes["events"]
    office.declare(applications={"schedule": "*/10 * * * *"})
    return office


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def test_facts_of_a_pull_have_no_personal_data(watched: Watched) -> None:
    good = application("A1", channel="portal")
    watched.drop(good, application("A2", changed_at="2099-01-01T00:00:00+05:00"),
                 application("A3", iin="850101300006", channel="Ivan Ivanov"))  # fmt: skip
    watched.pull(now=NOW)
    facts = watched.one("SELECT facts FROM pulls WHERE state = 'succeeded'")
    assert facts["rows"] == 3
    assert facts["held"] == 1
    assert facts["seconds"] >= 0
    assert facts["newest"]["changed_at"] == "2026-05-12T05:00:00+00:00", "the future is not newest"
    assert facts["values"]["channel"] == {"portal": 2, "(words)": 1}
    assert "8501" not in str(facts)
    assert "Ivan" not in str(facts)


def test_the_digest_is_of_the_content_in_any_order(watched: Watched) -> None:
    watched.declare(applications={"cursor": None})
    rows = [application(f"A{n}") for n in range(5)]
    digests = []
    for some in (rows, rows[::-1], rows[1:], [*rows[1:], application("A0", channel="office")]):
        watched.drop(*some)
        watched.pull(now=NOW)
        digests.append(watched.one("SELECT facts ->> 'digest' FROM pulls ORDER BY id DESC LIMIT 1"))
    assert digests[0] == digests[1]
    assert len(set(digests)) == 3


def test_a_body_that_answers_with_old_data_in_working_time(watched: Watched) -> None:
    watched.past(NOW)
    assert watched.judge(NOW - minutes(1))["silent"].level == "good"
    last = NOW - minutes(5)
    assert watched.pulled(NOW, last)["silent"].level == "good"
    assert watched.pulled(NOW + minutes(20), last)["silent"].level == "good"
    first = watched.pulled(NOW + minutes(30), last)["silent"]
    assert (first.level, first.reason, first.severity) == ("suspected", "stale_data", "critical")
    assert first.since == last
    second = watched.pulled(NOW + minutes(40), last)["silent"]
    assert (second.level, second.since) == ("confirmed", last)
    assert "the newest change is of 2026-05-20 10:55" in second.sentence
    assert [each.origin for each in second.evidence] == ["pulls", "pulls"]
    over = watched.pulled(NOW + minutes(50), NOW + minutes(48))["silent"]
    assert (over.level, over.since) == ("good", NOW + minutes(50))


def test_the_same_from_friday_night_to_monday_morning_is_nothing(watched: Watched) -> None:
    friday, monday = at("2026-05-22T18:00:00"), at("2026-05-25T09:20:00")
    watched.past(friday)
    for now in (friday + timedelta(hours=9), friday + timedelta(hours=40), monday):
        silent = watched.pulled(now, friday - minutes(5))["silent"]
        assert silent.level == "good", silent.sentence
    assert watched.pulled(monday + minutes(40), friday)["silent"].level == "suspected"


def test_nothing_is_said_without_enough_history(watched: Watched) -> None:
    watched.past(NOW, days=2)
    for hours in (0, 2, 4):
        found = watched.pulled(NOW + minutes(60 * hours), NOW)
        assert found["silent"].level == "good"


def test_a_source_that_cannot_be_read(watched: Watched) -> None:
    watched.past(NOW, days=1)
    (watched.folder / "data").mkdir(exist_ok=True)
    assert watched.pull(now=NOW).state == "failed"
    found = watched.judge(NOW)
    assert set(found) == {"down"}
    assert found["down"].level == "suspected"
    assert watched.pull(now=NOW + minutes(10)).state == "failed"
    down = watched.judge(NOW + minutes(10))["down"]
    assert (down.level, down.reason, down.since) == ("confirmed", "pull_failed", NOW)
    assert "2 pulls on end could not read it" in down.sentence
    assert watched.pulled(NOW + minutes(20), NOW)["down"].level == "good"


def test_a_batch_that_is_stopped_is_silent_and_not_down(watched: Watched) -> None:
    watched.past(NOW, days=1)
    watched.declare(applications={"expect": {"fresh_within": "12h"}})
    old = NOW - timedelta(days=1)
    found = watched.pulled(NOW, old, state="failed")
    assert found["down"].level == "good"
    assert (found["silent"].level, found["silent"].reason) == ("suspected", "stale_data")
    found = watched.pulled(NOW + minutes(10), old, state="failed")
    assert found["silent"].level == "confirmed"
    assert "B02" in found["silent"].sentence


def test_judging_again_changes_nothing_and_costs_nothing_new(watched: Watched) -> None:
    watched.past(NOW)
    watched.pulled(NOW, NOW - minutes(5))
    one = watched.judge(NOW)
    kept = watched.rows("SELECT xmin::text, * FROM source_habits")
    assert watched.judge(NOW) == one
    assert watched.judge(NOW + minutes(9)) == one
    assert watched.rows("SELECT xmin::text, * FROM source_habits") == kept


def test_the_past_is_judged_as_it_was(watched: Watched) -> None:
    watched.past(NOW)
    last = NOW - minutes(5)
    told = {NOW + minutes(m): watched.pulled(NOW + minutes(m), last) for m in (0, 40, 50)}
    kept = watched.rows("SELECT * FROM source_habits")
    for moment, verdicts in told.items():
        assert watched.judge(moment) == verdicts
    assert watched.rows("SELECT * FROM source_habits") == kept


def test_nothing_is_said_of_what_is_not_pulled_any_more(watched: Watched) -> None:
    watched.past(NOW)
    assert watched.judge(NOW)
    assert watched.judge(NOW + timedelta(hours=2)) == {}


def test_a_backfill_is_not_judged(watched: Watched) -> None:
    watched.past(NOW, days=1)
    watched.drop(application("A1", changed_at="2026-05-01T10:00:00+05:00"))
    watched.pull(now=NOW, since="2026-04-01T00:00:00+05:00")
    assert watched.judge(NOW)["silent"].at == NOW - minutes(10)


def test_freshness(watched: Watched) -> None:
    with watched.engine.connect() as connection:
        (never,) = freshness(connection, watched.environment, NOW)
    assert (never.pulled_at, never.newest_at, never.stale) == (None, None, True)
    watched.pulled(NOW, NOW - minutes(5))
    with watched.engine.connect() as connection:
        (fresh,) = freshness(connection, watched.environment, NOW + minutes(5))
        (stale,) = freshness(connection, watched.environment, NOW + minutes(60))
    assert (fresh.pulled_at, fresh.newest_at) == (NOW, NOW - minutes(5))
    assert (fresh.stale, stale.stale) == (False, True)
