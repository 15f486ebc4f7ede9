"""A round of the watch, on a real database: sides apart, killed, twice at once, its heartbeat."""

import signal
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import OperationalError

from flows.failures import findings
from flows.failures.side import Side
from flows.failures.summary import sentence
from flows.failures.tick import tick
from flows.failures.verdict import Verdict
from models.database import Database
from models.environment.loader import Environment
from models.environment.secrets import SecretRef
from models.errors import CouldNotRun
from tests.flows.failures.conftest import Rows
from tests.flows.failures.saying import Told, minute, say


def _round(engine: Engine, environment: Environment, at: float, *sides: Side) -> Any:
    return tick(engine, environment, as_of=minute(at), actor="test", sides=sides)


def test_a_failure_is_suspected_then_confirmed_then_over(
    engine: Engine, environment: Environment, rows: Rows
) -> None:
    side = Told(
        [say("good", 0)],
        [say("suspected", 1)],
        [say("confirmed", 2, 1)],
        [say("confirmed", 3, 1)],
        [say("good", 4, 3.5)],
    )
    reports = [_round(engine, environment, at, side) for at in range(5)]
    told = [(each.verdicts, each.changed, each.fired, each.resolved) for each in reports]
    assert told == [(1, 0, 0, 0), (1, 1, 0, 0), (1, 1, 1, 0), (1, 0, 0, 0), (1, 1, 0, 1)]
    (finding,) = rows("SELECT * FROM findings")
    assert (finding["state"], finding["side"]) == ("over", "probes")
    assert (finding["began_at"], finding["ended_at"]) == (minute(1), minute(3.5))
    became = [row["became"] for row in rows("SELECT became FROM finding_changes ORDER BY id")]
    assert became == ["suspected", "confirmed", "over"]
    rounds = rows("SELECT as_of, verdicts, changed, unseen FROM watch_rounds ORDER BY as_of")
    assert [tuple(each.values()) for each in rounds] == [
        (minute(at), 1, report.changed, 0) for at, report in enumerate(reports)
    ]


def test_a_clean_run_tells_nothing(engine: Engine, environment: Environment, rows: Rows) -> None:
    side = Told(*([say("good", at, 0)] for at in range(20)))
    for at in range(20):
        report = _round(engine, environment, at, side)
        assert (report.changed, report.fired, report.unseen, report.gap) == (0, 0, {}, None)
    for table in ("findings", "finding_changes", "alerts", "audit_entries"):
        assert rows(f"SELECT * FROM {table}") == []


def test_a_moment_of_the_past_is_not_looked_at(
    engine: Engine, environment: Environment, rows: Rows
) -> None:
    looked: list[datetime] = []

    def look(_engine: Engine, _environment: Environment, moment: datetime) -> None:
        looked.append(moment)

    side = Told([say("confirmed", 3)], [say("confirmed", 5)], look=look)
    _round(engine, environment, 5, side)
    before = rows("SELECT * FROM findings")
    report = _round(engine, environment, 3, side)
    assert report.replay
    assert "before the last round" in sentence(report)
    assert looked == [minute(5)]
    assert rows("SELECT * FROM findings") == before
    assert len(rows("SELECT * FROM watch_rounds")) == 1
    again = _round(engine, environment, 5, side)
    assert (again.changed, again.fired) == (0, 0)


def _refused(_engine: Engine, _environment: Environment, _moment: datetime) -> None:
    requests.get("http://127.0.0.1:1/", timeout=30)


def _told(_engine: Engine, _environment: Environment, _moment: datetime) -> None:
    raise CouldNotRun("Reading the gateway's log", "it is empty", "Ask who writes it")


def _elsewhere(_engine: Engine, _environment: Environment, _moment: datetime) -> None:
    with create_engine("postgresql+psycopg://nobody@127.0.0.1:1/x").connect():
        raise AssertionError("nothing listens there")


@pytest.mark.parametrize(
    ("look", "words"),
    [
        (_refused, "a fault in Tereze (ConnectionError); the log has more"),
        (_told, "Reading the gateway's log: it is empty. Ask who writes it"),
        (_elsewhere, "the database refused"),
    ],
)
def test_a_side_that_fails_is_a_finding_and_stops_no_other(
    engine: Engine, environment: Environment, rows: Rows, look: Any, words: str
) -> None:
    good = Told(*([say("confirmed", at, 1)] for at in (1, 2, 3)))
    bad = Told(name="exchanges", look=look)
    for at in (1, 2):
        report = _round(engine, environment, at, bad, good)
        assert words in report.unseen["exchanges"]
        assert f"exchanges did not look: {report.unseen['exchanges']}" in sentence(report)
    found = rows(
        "SELECT system, subject, kind, state, began_at, sentence FROM findings ORDER BY id"
    )
    assert [each["system"] for each in found] == ["office", "tereze"]
    assert (found[1]["subject"], found[1]["kind"]) == ("side:exchanges", "not_looked_at")
    assert (found[1]["state"], found[1]["began_at"]) == ("confirmed", minute(1))
    assert words in found[1]["sentence"]
    report = _round(engine, environment, 3, Told(name="exchanges"), good)
    assert report.unseen == {}
    names = rows("SELECT name, state FROM alerts ORDER BY name")
    assert [tuple(each.values()) for each in names] == [
        ("NotLookedAt", "resolved"),
        ("SystemDown", "firing"),
    ]


def test_a_side_that_fails_once_is_only_suspected(
    engine: Engine, environment: Environment, rows: Rows
) -> None:
    _round(engine, environment, 1, Told(name="data", look=_told))
    _round(engine, environment, 2, Told(name="data"))
    (finding,) = rows("SELECT state, reason FROM findings")
    assert finding == {"state": "over", "reason": "not_confirmed"}
    assert rows("SELECT * FROM alerts") == []


def test_a_side_that_fails_while_it_judges_leaves_nothing_of_its_own(
    engine: Engine, environment: Environment, rows: Rows
) -> None:
    def judge(
        connection: Connection, _environment: Environment, _moment: datetime
    ) -> list[Verdict]:
        connection.execute(text("INSERT INTO job_runs (job, actor) VALUES ('mine', 'test')"))
        connection.execute(text("SELECT * FROM nowhere"))
        return []

    broken = Side("data", lambda *_: None, judge)
    report = _round(engine, environment, 1, broken, Told([say("confirmed", 1)]))
    assert "nowhere" in report.unseen["data"]
    assert rows("SELECT * FROM job_runs") == []
    assert report.fired == 1


def test_a_side_whose_connection_is_cut_stops_no_other(
    engine: Engine, environment: Environment
) -> None:
    def judge(
        connection: Connection, _environment: Environment, _moment: datetime
    ) -> list[Verdict]:
        connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        return []

    report = _round(engine, environment, 1, Side("data", lambda *_: None, judge),
                    Told([say("confirmed", 1)]))  # fmt: skip
    assert "terminating connection" in report.unseen["data"]
    assert report.fired == 1


def test_without_the_database_the_round_says_so(environment: Environment) -> None:
    away = create_engine("postgresql+psycopg://nobody@127.0.0.1:1/x")
    with pytest.raises(OperationalError):
        _round(away, environment, 1)


def test_of_two_rounds_at_once_one_is_done(engine: Engine, environment: Environment) -> None:
    looking, go_on = threading.Event(), threading.Event()

    def look(_engine: Engine, _environment: Environment, _moment: datetime) -> None:
        looking.set()
        assert go_on.wait(60)

    side = Told([say("confirmed", 1)], look=look)
    first = threading.Thread(target=_round, args=(engine, environment, 1, side))
    first.start()
    try:
        assert looking.wait(60)
        with pytest.raises(CouldNotRun, match="another round is going on"):
            _round(engine, environment, 1, side)
    finally:
        go_on.set()
        first.join(60)
    assert _round(engine, environment, 2, Told()).changed == 0


def test_sides_look_at_the_same_time(engine: Engine, environment: Environment) -> None:
    both = threading.Barrier(2)

    def look(_engine: Engine, _environment: Environment, _moment: datetime) -> None:
        both.wait(60)

    report = _round(engine, environment, 1, Told(name="a", look=look), Told(name="b", look=look))
    assert report.unseen == {}


KILLED = """
import os, sys
from datetime import datetime
from pathlib import Path
from sqlalchemy import create_engine
from flows.failures.side import Side
from flows.failures.tick import tick
from models.environment.loader import load
from tests.flows.failures.saying import Told, minute, say

engine = create_engine(sys.argv[1])
told = Told([say("confirmed", 2, 1)], name="probes")
def die(*_):
    os.kill(os.getpid(), 9)
where = {"look": Side("data", die, lambda *_: []), "judge": Side("data", lambda *_: None, die)}
sides = [told, where[sys.argv[3]]]
tick(engine, load(Path(sys.argv[2])), as_of=minute(2), actor="test", sides=sides)
"""


@pytest.mark.parametrize("where", ["look", "judge"])
def test_a_round_killed_with_9_loses_nothing(
    engine: Engine, environment: Environment, database: Database, rows: Rows, where: str
) -> None:
    url = database.scoped_url.render_as_string(hide_password=False)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, url, str(environment.folder), where],
        timeout=240,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    assert rows("SELECT * FROM alerts") == rows("SELECT * FROM watch_rounds") == []
    report = _round(engine, environment, 3, Told([say("confirmed", 3, 1)]), Told(name="data"))
    assert report.fired == 1
    (finding,) = rows("SELECT state, began_at FROM findings")
    assert finding == {"state": "confirmed", "began_at": minute(1)}


def test_an_end_that_a_killed_round_wrote_is_told_by_the_next(
    engine: Engine, environment: Environment
) -> None:
    _round(engine, environment, 1, Told([say("confirmed", 1)]))
    with engine.begin() as connection:  # as far as the killed round came
        findings.write(connection, environment, "probes", [say("good", 2)], minute(2), "test")
    assert _round(engine, environment, 3, Told()).resolved == 1
    assert _round(engine, environment, 4, Told()).resolved == 0


def test_now_is_the_moment_where_none_is_given(engine: Engine, environment: Environment) -> None:
    report = tick(engine, environment, actor="test", sides=())
    assert timedelta(0) <= datetime.now(UTC) - report.as_of < timedelta(minutes=1)
    assert report.by_the_clock


def _with_heartbeat(environment: Environment, variable: str) -> Environment:
    failures = environment.settings.failures.model_copy(
        update={"heartbeat": SecretRef(env=variable)}
    )
    return replace(
        environment, settings=environment.settings.model_copy(update={"failures": failures})
    )


def test_no_heartbeat_where_a_side_could_not_look(
    engine: Engine, environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEARTBEAT", "http://127.0.0.1:1/secret-path")
    watched = _with_heartbeat(environment, "HEARTBEAT")
    assert _round(engine, watched, 1, Told(look=_told)).heartbeat is None
    report = _round(engine, watched, 2, Told())
    assert report.heartbeat == "the address could not be asked (ConnectionError)"
    assert "the heartbeat was not sent" in sentence(report)
