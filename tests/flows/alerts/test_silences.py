"""Silences by matchers, and snoozes: quiet with an end, and told again if it goes on."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, text

from flows.alerts import silences
from flows.alerts.handle import acknowledge, snooze, wake
from flows.alerts.naming import CannotHandle
from models.environment.matchers import Matcher, parse_matcher
from tests.flows.alerts.conftest import NOW, run
from tests.flows.alerts.desk import HAND, Desk

HOUR = NOW + timedelta(hours=1)


@pytest.fixture
def desk(engine: Engine, tmp_path: Path) -> Desk:
    return Desk(engine, tmp_path)


def silence(desk: Desk, *matchers: str, until: datetime = HOUR) -> tuple[int, int]:
    with desk.engine.begin() as connection:
        parsed = [parse_matcher(each) for each in matchers]
        return silences.silence(connection, parsed, until, NOW, HAND)


def states(desk: Desk) -> dict[str, str]:
    return dict(run(desk.engine, "SELECT labels ->> 'system', state FROM alerts ORDER BY 1"))


@pytest.mark.parametrize(
    ("matchers", "silent"),
    [
        (["system=land"], {"land"}),
        (["system=~la.*"], {"land", "lake"}),
        (["system!=land"], {"lake", "tax"}),
        (["system!~la.*"], {"tax"}),
        (["alertname=PullFailed", "system=tax"], {"tax"}),
        (["severity=warning"], set()),
        (["region="], {"land", "lake", "tax"}),
        (["system=~lan"], set()),
    ],
)
def test_what_fits_all_matchers_is_silent(
    desk: Desk, matchers: list[str], silent: set[str]
) -> None:
    for system in ("land", "lake", "tax"):
        desk.fire(system=system)
    _, count = silence(desk, *matchers)
    assert {name for name, state in states(desk).items() if state == "silenced"} == silent
    assert count == len(silent)
    told = desk.round(0).get("log", [])
    assert len(told) == 3 - len(silent)


def test_it_covers_what_fires_later_and_ends(desk: Desk) -> None:
    silence(desk, "system=land")
    desk.fire(system="land")
    assert desk.round(1) == {}
    assert states(desk) == {"land": "silenced"}
    assert desk.round(59) == {}
    assert desk.round(60) == {"log": ["[critical] system land: PullFailed"]}


def test_what_was_told_before_is_told_again_after(desk: Desk) -> None:
    desk.fire(system="land")
    assert len(desk.round(0)["log"]) == 1
    silence(desk, "system=land")
    assert desk.round(30) == {}
    assert desk.round(61) == {"log": ["[critical] system land: PullFailed"]}


def test_no_end_is_told_of_what_is_silenced(desk: Desk) -> None:
    desk.fire(system="land")
    desk.round(0)
    silence(desk, "system=land")
    desk.end(system="land")
    assert desk.round(30) == {}
    assert desk.round(90) == {}


def test_lifted_it_is_told_at_once_unless_another_covers_it(desk: Desk) -> None:
    desk.fire(system="land")
    desk.fire(system="tax")
    first, _ = silence(desk, "system=~land|tax")
    silence(desk, "system=tax")
    with desk.engine.begin() as connection:
        assert silences.lift(connection, first, NOW, HAND) == 1
    assert desk.round(1) == {"log": ["[critical] system land: PullFailed"]}
    with desk.engine.begin() as connection, pytest.raises(CannotHandle, match="those that do: 2"):
        silences.lift(connection, first, NOW, HAND)


def test_it_is_known_with_author_reason_and_end(desk: Desk) -> None:
    desk.fire(system="land")
    number, _ = silence(desk, 'system="land"')
    with desk.engine.connect() as connection:
        [known] = silences.known(connection, NOW)
        assert silences.known(connection, HOUR) == []
    assert (known.id, known.matchers, known.alerts) == (number, ['system="land"'], 1)
    assert (known.author, known.reason, known.ends_at) == (HAND.actor, HAND.comment, HOUR)
    assert run(desk.engine, "SELECT action, subject FROM audit_entries") == [
        ("silence.made", f"silence {number}")
    ]


@pytest.mark.parametrize(
    ("matchers", "until", "comment", "said"),
    [
        ([], HOUR, "why", "no matcher"),
        (["system=land"], NOW, "why", "not in the future"),
        (["system=land"], HOUR.replace(tzinfo=None), "why", "without a time zone"),
        (["system=land"], HOUR, " ", "comment is empty"),
    ],
)
def test_refused(desk: Desk, matchers: list[str], until: datetime, comment: str, said: str) -> None:
    hand = type(HAND)(HAND.actor, comment, HAND.masker)
    parsed = [parse_matcher(each) for each in matchers]
    with desk.engine.begin() as connection, pytest.raises(CannotHandle, match=said):
        silences.silence(connection, parsed, until, NOW, hand)
    assert run(desk.engine, "SELECT count(*) FROM silences") == [(0,)]


def test_one_alerts_own_matchers_fit_it_alone(desk: Desk) -> None:
    alert = desk.fire(system="land", source="a")
    desk.fire(system="land", source="b")
    with desk.engine.connect() as connection:
        matchers = silences.matchers_of(connection, alert)
    assert matchers == [
        Matcher("alertname", "=", "PullFailed"),
        Matcher("source", "=", "a"),
        Matcher("system", "=", "land"),
    ]
    assert silence(desk, *(str(each) for each in matchers))[1] == 1


def test_a_snooze_ends_by_itself_or_when_it_is_woken(desk: Desk) -> None:
    alert, other = desk.fire(system="land"), desk.fire(system="tax")
    desk.round(0)
    with desk.engine.begin() as connection:
        snooze(connection, alert, HOUR, NOW, HAND)
        snooze(connection, other, HOUR, NOW, HAND)
    assert desk.round(10) == {}
    with desk.engine.begin() as connection:
        wake(connection, other, HAND)
    assert desk.round(11) == {"log": ["[critical] system tax: PullFailed"]}
    assert desk.round(61) == {"log": ["[critical] system land: PullFailed"]}


def test_only_what_is_snoozed_can_be_woken(desk: Desk) -> None:
    alert = desk.fire(system="land")
    with desk.engine.begin() as connection, pytest.raises(CannotHandle, match="it is firing"):
        wake(connection, alert, HAND)
    silence(desk, "system=land")
    with desk.engine.begin() as connection, pytest.raises(CannotHandle, match="a silence covers"):
        wake(connection, alert, HAND)


def test_a_whole_group_is_taken_at_once(desk: Desk) -> None:
    alerts = [desk.fire(system="land", number=str(n)) for n in range(3)]
    run(desk.engine, "UPDATE alerts SET group_key = (SELECT min(group_key) FROM alerts)")
    hand = type(HAND)(HAND.actor, "mine", HAND.masker, group=True)
    with desk.engine.begin() as connection:
        acknowledge(connection, alerts[0], hand)
    assert run(desk.engine, "SELECT state, count(*) FROM alerts GROUP BY 1") == [
        ("acknowledged", 3)
    ]


def _is_matcher(pattern: str) -> bool:
    try:
        parse_matcher(f"a=~{pattern}")
    except ValueError:
        return False
    return True


@given(
    st.text("ab.*+?|()[]-", max_size=8).filter(_is_matcher),
    st.lists(st.text("ab-", max_size=4), max_size=4),
)
def test_the_database_reads_patterns_as_we_do(
    shared: Connection, pattern: str, values: list[str]
) -> None:
    matcher = parse_matcher(f"a=~{pattern}")
    for value in values:
        statement = text("SELECT CAST(:value AS text) ~ ('^(?:' || :pattern || ')$')")
        found = shared.execute(statement, {"value": value, "pattern": matcher.value}).scalar_one()
        assert found == matcher.fits({"a": value})


@pytest.fixture
def shared(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        yield connection
