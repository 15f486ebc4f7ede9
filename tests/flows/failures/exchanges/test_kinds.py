"""Each kind of finding, brought in over a real socket; and silence without it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from flows.failures.verdict import Verdict
from models.database import Database
from models.environment.loader import Environment
from tests.flows.failures.exchanges import made
from tests.flows.failures.exchanges.made import MOMENT, Record, client, pair, producer, steady
from tests.flows.failures.exchanges.served import Server, x_road

KNOWN = MOMENT - timedelta(seconds=62)
"""What came later is not available yet."""

MINUTE = timedelta(minutes=1)


@pytest.fixture
def engine(database: Database) -> Engine:
    return database.engine()


@pytest.fixture
def environment(engine: Engine, server: Server, tmp_path: Path) -> Environment:
    found = made.environment(tmp_path, {"sources": {"server": x_road(server.url)}})
    made.known(engine, found)
    return found


def judged(
    engine: Engine, environment: Environment, server: Server, moment: datetime = MOMENT
) -> list[Verdict]:
    server.at(moment)
    return made.looked(engine, environment, moment)


def calm(**changed: Any) -> list[Record]:
    """An exchange every 20 seconds, all of them good."""
    return steady(MOMENT - timedelta(hours=3), KNOWN, timedelta(seconds=20), **changed)


def failing() -> list[Record]:
    last = steady(
        KNOWN - 10 * MINUTE, KNOWN, timedelta(seconds=20), "bad", succeeded=False, faultCode="S.x"
    )
    return [*steady(MOMENT - timedelta(hours=3), KNOWN - 10 * MINUTE, timedelta(seconds=20)), *last]


def some_failing() -> list[Record]:
    return [
        *calm(),
        *steady(KNOWN - 60 * MINUTE, KNOWN, 2 * MINUTE, "bad", succeeded=False, faultCode="S.x"),
    ]


def seldom_and_failing() -> list[Record]:
    """Ten requests a day, the last six of which failed."""
    good = [pair(f"g{n}", KNOWN - timedelta(hours=2 * n)) for n in range(7, 30)]
    failed = [
        pair(f"b{n}", KNOWN - timedelta(hours=2 * n), succeeded=False, faultCode="S.x")
        for n in range(1, 7)
    ]
    return [record for both in (*good, *failed) for record in both]


def slow() -> list[Record]:
    return [
        *steady(MOMENT - timedelta(hours=3), KNOWN - 60 * MINUTE, timedelta(seconds=20)),
        *steady(KNOWN - 60 * MINUTE, KNOWN, timedelta(seconds=20), "slow", took=9000),
    ]


def faults_inside() -> list[Record]:
    return [*calm(), *steady(KNOWN - 30 * MINUTE, KNOWN, MINUTE, "odd", statusCode=503)]


def out_of_step() -> list[Record]:
    step = timedelta(seconds=20)
    return [
        record
        for n in range(180)
        for record in (
            client(n, KNOWN - n * step),
            producer(n, KNOWN - n * step, ahead=-3000),
        )
    ]


def used_again() -> list[Record]:
    return [
        record
        for n in range(30)
        for record in pair(f"r{n}", KNOWN - n * MINUTE, messageId="always-the-same")
    ]


@pytest.mark.parametrize(
    ("records", "kind", "reason", "words"),
    [
        (failing, "failing", "all_failed", "The last 30 requests all failed"),
        (some_failing, "failing", "burning", "the error budget burns"),
        (seldom_and_failing, "failing", "all_failed", "The last 6 requests all failed"),
        (slow, "slow", "slow", "the objective is 2.0 s"),
        (faults_inside, "silent", "fault_in_success", "carry a fault"),
        (out_of_step, "clock", "out_of_step", "3.0 s behind"),
        (used_again, "duplicates", "used_again", "30 of 30"),
        (some_failing, "budget", "budget_runs_out", "the error budget runs out on 2026-05-"),
    ],
)
def test_found(
    engine: Engine,
    environment: Environment,
    server: Server,
    records: Callable[[], list[Record]],
    kind: str,
    reason: str,
    words: str,
) -> None:
    server.add(records())
    found = made.bad(judged(engine, environment, server))
    assert kind in found
    verdict = found[kind]
    assert (verdict.level, verdict.reason, verdict.system) == ("confirmed", reason, "land")
    assert words in verdict.sentence
    assert verdict.evidence
    assert verdict.since <= verdict.at <= MOMENT


def test_nothing_is_found_where_nothing_is_wrong(
    engine: Engine, environment: Environment, server: Server
) -> None:
    server.add(calm())
    verdicts = judged(engine, environment, server)
    assert made.bad(verdicts) == {}
    assert {each.kind for each in verdicts} == {
        "failing", "slow", "silent", "duplicates", "budget", "clock", "not_looked_at"
    }  # fmt: skip


def test_one_failure_of_two_at_night_is_no_alarm(
    engine: Engine, environment: Environment, server: Server
) -> None:
    server.add(pair(1, KNOWN - 3 * MINUTE))
    server.add(pair(2, KNOWN - MINUTE, succeeded=False, faultCode="S.x"))
    assert made.bad(judged(engine, environment, server)) == {}


def test_over_when_it_is_good_again(
    engine: Engine, environment: Environment, server: Server
) -> None:
    server.add(failing())
    assert "failing" in made.bad(judged(engine, environment, server))
    later = MOMENT + timedelta(minutes=75)
    server.add(steady(KNOWN, later, timedelta(seconds=10), "after"))
    (verdict,) = [
        each for each in judged(engine, environment, server, later) if each.kind == "failing"
    ]
    assert verdict.level == "good"


def test_within_two_rounds_of_its_cause(
    engine: Engine, environment: Environment, server: Server
) -> None:
    """From the round on in which the records can be had at all: 60 s after they were made."""
    server.add(calm())
    assert made.bad(judged(engine, environment, server)) == {}
    cause = KNOWN
    step = timedelta(seconds=20)
    server.add(steady(cause, cause + 5 * MINUTE, step, "bad", succeeded=False, faultCode="S.x"))
    rounds = [
        made.bad(judged(engine, environment, server, MOMENT + n * MINUTE)) for n in range(1, 4)
    ]
    assert rounds[0]["failing"].level == "suspected"
    assert rounds[1]["failing"].level == "confirmed"


def test_asked_no_more(engine: Engine, environment: Environment, server: Server) -> None:
    """Forty requests from nine to ten on each day of four weeks; today none from ten on."""
    hour = MOMENT - timedelta(hours=2)
    for week in range(4, -1, -1):
        for day in range(7):
            begin = hour - timedelta(days=7 * week + day)
            if week or day:
                server.add(steady(begin, begin + 60 * MINUTE, timedelta(seconds=90), f"{begin}"))
        if week:
            judged(engine, environment, server, MOMENT - timedelta(days=7 * week))
    server.add(pair("today", MOMENT - 30 * MINUTE))
    found = made.bad(judged(engine, environment, server))
    assert found["silent"].reason == "fell_to_zero"
    assert "40 are usual" in found["silent"].sentence


def test_not_read_is_not_judged(engine: Engine, environment: Environment, server: Server) -> None:
    server.add(failing())
    server.fail("500")
    once = judged(engine, environment, server)
    assert [(each.kind, each.level) for each in once] == [("not_looked_at", "suspected")]
    again = judged(engine, environment, server, MOMENT + MINUTE)
    assert [(each.kind, each.level) for each in again] == [("not_looked_at", "confirmed")]
    server.clear()
    after = judged(engine, environment, server, MOMENT + 2 * MINUTE)
    assert "failing" in made.bad(after)
    assert "not_looked_at" not in made.bad(after)


def test_of_nobody_knows_whose_nothing_is_said(
    engine: Engine, environment: Environment, server: Server
) -> None:
    strange = steady(KNOWN - 30 * MINUTE, KNOWN, MINUTE, serviceMemberCode="ELSE", succeeded=False)
    server.add(strange)
    assert made.bad(judged(engine, environment, server)) == {}
    unknown = "SELECT count(*) FROM exchange_series WHERE system IS NULL"
    assert made.counted(engine, unknown) == 2
    ours = {"services": {"KZ/GOV/ELSE": "land"}, "sources": {"server": x_road(server.url)}}
    mapped = made.environment(environment.folder, ours)
    assert "failing" in made.bad(judged(engine, mapped, server, MOMENT + MINUTE))
