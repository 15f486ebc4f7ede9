"""How the study of the watch draws its plan, and how it holds findings against it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from benchmarks.study.judged import Found, Judged, judge
from benchmarks.study.kinds import KINDS
from benchmarks.study.plan import (
    STEP,
    ZONE,
    Foresee,
    Incident,
    first_day,
    incidents,
    maintenance,
    noise,
)
from benchmarks.study.table import figures, rows

FIRST = datetime(2027, 3, 1, tzinfo=ZONE)
HOUR = timedelta(hours=1)
TOLD = Incident("refused", FIRST + 10 * HOUR, FIRST + 12 * HOUR, FIRST + 10 * HOUR)
SEEN = Found(
    id=1,
    kind="down",
    system="refused",
    subject="probe:health",
    reason="refused",
    sentence="…",
    suspected=FIRST + 10.25 * HOUR,
    confirmed=FIRST + 10.5 * HOUR,
    over=FIRST + 12.25 * HOUR,
    alerted=True,
)


def at_once(**given: str) -> Mapping[str, str]:
    return {"visible": given["from"]}


def after_five_hours(**given: str) -> Mapping[str, str]:
    return {"visible": (datetime.fromisoformat(given["from"]) + 5 * HOUR).isoformat()}


def by_kind(plan: list[Incident]) -> Iterator[list[Incident]]:
    for kind in KINDS:
        yield [each for each in plan if each.kind == kind]


@pytest.mark.parametrize("foresee", [at_once, after_five_hours])
def test_each_kind_happens_ten_times_in_a_month_and_never_twice_at_once(foresee: Foresee) -> None:
    plan = incidents(FIRST, 30, KINDS, foresee)
    assert plan == incidents(FIRST, 30, KINDS, foresee)
    assert len(KINDS) >= 12
    for told in by_kind(plan):
        assert len(told) == 10
        for one in told:
            assert one.begins <= one.visible < one.ends
            assert one.ends - one.visible >= KINDS[one.kind].shortest * HOUR
        assert all(one.ends < other.begins for one, other in pairwise(told))


def test_a_plan_has_nights_and_free_days() -> None:
    begins = [each.begins.astimezone(ZONE) for each in incidents(FIRST, 30, KINDS, at_once)]
    free = [each for each in begins if each.weekday() > 4]
    night = [each for each in begins if not 8 <= each.hour < 19]
    assert 0.15 < len(free) / len(begins) < 0.45
    assert 0.3 < len(night) / len(begins) < 0.7


def test_a_short_study_tells_only_what_it_can_see_long_enough() -> None:
    last = FIRST + timedelta(days=4)
    plan = incidents(FIRST, 4, KINDS, at_once)
    assert plan
    assert all(each.seen_for(last) >= KINDS[each.kind].shortest * HOUR for each in plan)


@pytest.mark.parametrize(
    ("today", "first"),
    [
        (date(2026, 2, 28), date(2026, 3, 1)),
        (date(2026, 3, 1), date(2027, 3, 1)),
        (date(2026, 11, 22), date(2027, 3, 1)),
    ],
)
def test_the_month_is_never_past(today: date, first: date) -> None:
    assert first_day(today) == first


def test_noise_is_shorter_than_two_rounds_and_announcements_are_on_sundays() -> None:
    orders = [each for each in noise(FIRST, 30) if each["kind"] != "failing_all"]
    begins = sorted(datetime.fromisoformat(each["from"]) for each in orders)
    ends = sorted(datetime.fromisoformat(each["until"]) for each in orders)
    assert all(end - begin < STEP for begin, end in zip(begins, ends, strict=True))
    assert all(after - before >= 2 * STEP for before, after in pairwise(begins))
    sundays = [datetime.fromisoformat(each["from"]) for each in maintenance(FIRST, 30)]
    assert [each.weekday() for each in sundays] == [6, 6, 6, 6]


def judged(*openings: Found, told: tuple[Incident, ...] = (TOLD,)) -> Judged:
    return judge(told, openings)


def test_a_failure_is_found_after_the_time_since_it_could_be_seen() -> None:
    result = judged(SEEN)
    (outcome,) = result.outcomes
    assert (outcome.suspected, outcome.confirmed) == (SEEN.suspected, SEEN.confirmed)
    ((words, told, *_, median, worst, false),) = rows(result)
    assert (words, told, median, worst, false) == (
        "down: the connection is refused",
        "1",
        "30 min",
        "30 min",
        "0",
    )
    assert figures(result, [], 30)["met"] is True


WRONG = [
    ({"kind": "silent"}, "false"),
    ({"system": "noisy"}, "false"),
    ({"suspected": FIRST, "confirmed": FIRST + HOUR, "over": FIRST + 2 * HOUR}, "false"),
    ({"kind": "slow"}, "consequences"),
    ({"system": "noisy", "confirmed": None}, "noise"),
    ({"system": "time_out", "confirmed": None}, "unconfirmed"),
    ({"system": "maintained"}, "announced"),
]


@pytest.mark.parametrize(("change", "where"), WRONG)
def test_what_else_is_found_is_put_where_it_belongs(change: dict[str, object], where: str) -> None:
    result = judged(replace(SEEN, **change))  # type: ignore[arg-type]  # by name
    assert [outcome.confirmed for outcome in result.outcomes] == [None]
    places = ("consequences", "announced", "noise", "false", "unconfirmed")
    assert [name for name in places if getattr(result, name)] == [where]
    assert figures(result, [], 30)["met"] is False


def test_a_finding_that_is_still_open_tells_of_the_next_failure_too() -> None:
    again = replace(TOLD, begins=FIRST + 14 * HOUR, visible=FIRST + 14 * HOUR)
    again = replace(again, ends=FIRST + 16 * HOUR)
    long = replace(SEEN, over=FIRST + 15 * HOUR)
    assert [each.before for each in judged(long, told=(TOLD, again)).outcomes] == [False, True]
    assert [each.confirmed for each in judged(SEEN, told=(TOLD, again)).outcomes] == [
        SEEN.confirmed,
        None,
    ]


def test_anything_certain_in_the_clean_month_is_not_as_it_should_be() -> None:
    suspected = replace(SEEN, confirmed=None)
    assert figures(judged(SEEN), [suspected], 30)["met"] is True
    assert figures(judged(SEEN), [SEEN], 30)["false_in_clean_month"] == 1
    assert figures(judged(SEEN), [SEEN], 30)["met"] is False
