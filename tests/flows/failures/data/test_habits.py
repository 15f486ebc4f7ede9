"""Silent failures in thirty days of pulls, and silence where there are none."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from flows.failures.data.habits import Habits
from flows.failures.data.seen import Seen
from flows.failures.data.verdicts import verdicts
from tests.flows.failures.data.story import AROUND, SOURCE, Story, at, moment, seen, with_facts

VOLUME = 20_000
FAULT_AT = at("2026-05-13T10:30:00")  # a Wednesday; the 7th, 8th, 9th and 11th were holidays
Bend = Callable[[Seen], Seen]


@pytest.mark.parametrize("volume", [200, 2_000, 60_000])
@pytest.mark.parametrize("every", [600, 3600])
def test_thirty_clean_days_show_nothing(volume: int, every: int) -> None:
    habits = Habits()
    for pull in Story(volume, seed=volume, every=every).pulls(30):
        habits.see(pull, AROUND)
        assert not habits.signs, (pull.at, habits.signs)
        assert habits.failing is None
        assert not habits.pace.slow


def bent(bend: Bend, since: datetime, lasts: timedelta) -> Iterator[Seen]:
    """The pulls until two days after the fault, those in it bent."""
    for pull in Story(VOLUME).pulls(30):
        if pull.at > since + lasts + timedelta(days=2):
            return
        yield bend(pull) if since <= pull.at < since + lasts else pull


def same_rows(pull: Seen) -> Seen:
    """Success, with what was there when the fault began."""
    before = {name: FAULT_AT.isoformat() for name in pull.facts["newest"]}
    quiet = with_facts(pull, newest=before, values={}, rows=1)
    return replace(quiet, news=0)


def nothing_received(pull: Seen) -> Seen:
    """What was open is still completed; nothing is received any more."""
    newest = pull.facts["newest"] | {"received_at": FAULT_AT.isoformat()}
    return with_facts(pull, newest=newest)


def all_refused(pull: Seen) -> Seen:
    return with_facts(pull, values={"result": {"refused": max(pull.news, 1)}})


def a_tenth_held(pull: Seen) -> Seen:
    held = (pull.news + pull.id % 10) // 10
    return replace(with_facts(pull, held=held), held=held)


def flood(pull: Seen) -> Seen:
    return replace(pull, news=6 * pull.news)


def trickle(pull: Seen) -> Seen:
    return replace(pull, news=pull.news // 12)


FAULTS: list[tuple[Bend, str, timedelta]] = [
    (same_rows, "stale_data", timedelta(hours=1)),
    (nothing_received, "frozen_values", timedelta(hours=1, minutes=30)),
    (all_refused, "one_status", timedelta(minutes=40)),
    (a_tenth_held, "quarantine_share", timedelta(hours=2)),
    (flood, "unusual_rows", timedelta(hours=2)),
    (trickle, "unusual_rows", timedelta(hours=2, minutes=30)),
]


@pytest.mark.parametrize(("bend", "reason", "within"), FAULTS, ids=[f[0].__name__ for f in FAULTS])
def test_a_fault_is_found_and_ends(bend: Bend, reason: str, within: timedelta) -> None:
    habits, first = Habits(), None
    for pull in bent(bend, FAULT_AT, timedelta(hours=5)):
        habits.see(pull, AROUND)
        found = {verdict.kind: verdict for verdict in verdicts(habits, AROUND, pull.at, 2)}
        silent = found["silent"]
        if silent.level == "confirmed":
            assert silent.reason == reason
            assert pull.at >= FAULT_AT, "found before it began"
            assert silent.evidence
            assert silent.evidence[-1].reference == str(pull.id)
            first = first or pull.at
        assert found["down"].level == "good"
    assert first is not None, "never found"
    assert first - FAULT_AT <= within
    assert not habits.signs, "it has not ended"


def test_at_night_it_takes_longer_as_less_is_to_be_expected() -> None:
    night = at("2026-05-13T20:00:00")
    habits, told = Habits(), []
    for pull in bent(same_rows, night, timedelta(hours=16)):
        habits.see(pull, AROUND)
        told += [(pull.at, habits.signs[0].sentence)] if habits.signs else []
    assert timedelta(hours=2) < told[0][0] - night < timedelta(hours=5)
    assert "were to be expected" in told[0][1]


def test_ten_faults_are_found_each_though_days_are_remembered() -> None:
    """What was told is not learnt as usual."""
    faults = [at(f"2026-05-{day:02}T11:00:00") for day in (4, 5, 6, 12, 13, 14, 15, 18, 19, 20)]
    habits, found = Habits(), set()
    held: dict[str, Any] = {}
    for pull in Story(VOLUME).pulls(32):
        going_on = [f for f in faults if f <= pull.at < f + timedelta(hours=2)]
        if going_on:
            pull = replace(with_facts(pull, newest=held, values={}), news=0)
        else:
            held = pull.facts["newest"]
        habits.see(pull, AROUND)
        if habits.signs:
            assert habits.signs[0].reason in ("stale_data", "unusual_rows"), habits.signs
            found |= set(going_on)
    assert found == set(faults)


def test_a_new_rhythm_becomes_usual() -> None:
    habits = Habits()
    days_told = set()
    for pull in Story(VOLUME).pulls(45):
        slow = pull.at > at("2026-05-10T00:00:00") and not 12 <= pull.at.hour < 13
        habits.see(with_facts(pull, newest={}) if slow else pull, AROUND)
        if any(sign.reason == "stale_data" for sign in habits.signs):
            days_told.add(pull.at.date())
    assert 6 <= len(days_told) <= 12


def failed(pull: Seen, reason: str = "unreachable", **facts: Any) -> Seen:
    return replace(pull, good=False, reason=reason, sentence="503", facts=facts, news=0)


def levels(pulls: Iterable[Seen], kind: str) -> list[str]:
    habits, found = Habits(), list[str]()
    for pull in pulls:
        habits.see(pull, AROUND)
        found += [v.level for v in verdicts(habits, AROUND, pull.at, 2) if v.kind == kind]
    return found


def test_failed_pulls_are_down_after_the_second_and_over_with_the_next_good_one() -> None:
    good, *more = list(Story(VOLUME).pulls(1))[:6]
    pulls = [good, failed(more[0]), more[1], failed(more[2]), failed(more[3]), more[4]]
    wanted = ["good", "suspected", "good", "suspected", "confirmed", "good"]
    assert levels(pulls, "down") == wanted


@pytest.mark.parametrize("reason", ["interrupted", "misconfigured", "not_judged"])
def test_our_own_failures_are_not_the_systems(reason: str) -> None:
    good, *more = list(Story(VOLUME).pulls(1))[:3]
    assert levels([good, *(failed(each, reason) for each in more)], "down") == ["good"] * 3


@pytest.mark.parametrize(
    ("code", "reason"),
    [("B01", "empty_batch"), ("B02", "stale_data"), ("B03", "batch_stopped"),
     ("B04", "quarantine_share"), ("B05", "incomplete_batch"), ("B99", "batch_stopped")],
)  # fmt: skip
def test_a_stopped_batch_is_a_success_that_is_none(code: str, reason: str) -> None:
    good, first, second, after = list(Story(VOLUME).pulls(1))[:4]
    stops = [failed(each, "stopped", stopped_by=[code]) for each in (first, second)]
    habits = seen(iter([good, *stops]))
    (verdict,) = [v for v in verdicts(habits, AROUND, second.at, 2) if v.kind == "silent"]
    assert (verdict.level, verdict.reason, verdict.since) == ("confirmed", reason, first.at)
    assert code in verdict.sentence
    assert levels([good, *stops, after], "silent") == ["good", "suspected", "confirmed", "good"]
    assert set(levels([good, *stops, after], "down")) == {"good"}


def test_slow_pages() -> None:
    pulls = list(Story(VOLUME).pulls(1))[:64]
    late = [with_facts(pull, seconds=4.0) if 60 <= n < 63 else pull for n, pull in enumerate(pulls)]
    wanted = ["good"] * 60 + ["suspected", "confirmed", "confirmed", "good"]
    assert levels(late, "slow") == wanted
    objective = replace(AROUND, objective=0.01)
    habits = Habits()
    habits.see(pulls[0], objective)
    assert "the objective is 0.01 s" in habits.pace.because


def test_habits_survive_as_json() -> None:
    pulls = list(Story(VOLUME).pulls(12))
    whole, half = seen(iter(pulls)), seen(iter(pulls[:700]))
    read = Habits.model_validate(half.model_dump(mode="json"))
    assert seen(iter(pulls[700:]), read) == whole


def test_a_pull_after_an_outage_brings_what_was_held_up() -> None:
    """Five hours of rows at once are no flood."""
    habits = Habits()
    for pull in Story(VOLUME).pulls(25):
        away = FAULT_AT <= pull.at < FAULT_AT + timedelta(hours=5)
        late = pull.at == FAULT_AT + timedelta(hours=5)
        if away:
            pull = failed(pull)
        elif late:
            pull = replace(pull, news=30 * pull.news)
        habits.see(pull, AROUND)
        assert not habits.signs


def test_an_older_copy_of_a_whole_source() -> None:
    whole = replace(AROUND, source=SOURCE.model_copy(update={"cursor": None}))
    pulls = [replace(pull, window=False) for pull in Story(VOLUME, every=3600).pulls(3)]
    habits = Habits()
    for pull in pulls[:-1]:
        habits.see(pull, whole)
    assert not habits.signs
    older = with_facts(pulls[-1], newest=pulls[2].facts["newest"])
    habits.see(older, whole)
    assert [sign.reason for sign in habits.signs] == ["stale_data"]
    assert "went back" in habits.signs[0].sentence


def test_the_same_content_where_it_used_to_change() -> None:
    source = SOURCE.model_copy(update={"cursor": None, "fields": {}})
    whole = replace(AROUND, source=source)
    habits = Habits()
    for pull in Story(VOLUME, every=3600).pulls(25):
        facts: dict[str, Any] = {"newest": {}, "values": {}}
        if pull.at > FAULT_AT:
            facts["digest"] = "the same"
        habits.see(replace(with_facts(pull, **facts), window=False), whole)
        if pull.at <= FAULT_AT:
            assert not habits.signs
    assert [sign.reason for sign in habits.signs] == ["repeated_batch"]


def test_moments_are_local() -> None:
    assert moment(Story(200).start).isoformat() == "2026-04-20T12:00:00+05:00"
