"""Silent failures, duplicates, clocks and the budget, each rule by a table."""

from datetime import UTC, datetime, timedelta

import pytest

from flows.failures.exchanges.judging.budget import Period, budget
from flows.failures.exchanges.judging.clocks import Pairs, clock
from flows.failures.exchanges.judging.duplicates import duplicates
from flows.failures.exchanges.judging.seen import DAY, HOUR, SHORTEST, Counts, Hour
from flows.failures.exchanges.judging.silent import silent
from tests.flows.failures.exchanges.judging.seen import UNTIL, everywhere, service

USUAL = (100, 110, 95, 105, 98, 102)
SELDOM = (5, 6, 7, 5, 4, 6)


@pytest.mark.parametrize(
    ("hour", "now", "day", "level"),
    [
        (Counts(100, silent=5), Counts(10, silent=1), Counts(100, silent=5), "confirmed"),
        (Counts(100, silent=5), Counts(10), Counts(100, silent=5), "suspected"),
        (Counts(100, silent=4), Counts(10, silent=4), Counts(100, silent=4), "good"),
        (Counts(1000, silent=5), Counts(10, silent=5), Counts(9999, silent=5), "good"),
        (Counts(1, silent=1), Counts(1, silent=1), Counts(9, silent=9), "confirmed"),
    ],
)
def test_faults_inside_successes(hour: Counts, now: Counts, day: Counts, level: str) -> None:
    said = silent(service({HOUR: hour, SHORTEST: now, DAY: day}))
    assert said is not None
    assert said.level == level


def _hours(*requests: int, usual: tuple[int, ...] = USUAL) -> tuple[Hour, ...]:
    return tuple(Hour(UNTIL - (n + 1) * HOUR, each, usual) for n, each in enumerate(requests))


@pytest.mark.parametrize(
    ("hours", "level", "reason"),
    [
        (_hours(100, 100), "good", "as_many_as_usual"),
        (_hours(60, 60), "good", "as_many_as_usual"),
        (_hours(400, 100), "suspected", "more_than_usual"),
        (_hours(400, 380), "confirmed", "more_than_usual"),
        (_hours(20, 100), "suspected", "fewer_than_usual"),
        (_hours(20, 21), "confirmed", "fewer_than_usual"),
        (_hours(0, 100), "confirmed", "fell_to_zero"),
        (_hours(400, 20), "suspected", "more_than_usual"),
        (_hours(0, 0, usual=(0, 9, 3, 2, 5, 8)), "good", "as_many_as_usual"),
        (_hours(0, 0, usual=(0, 900, 3, 2, 500, 800)), "good", "as_many_as_usual"),
        # odd days of before, fewer than half and all on one side, blind nobody
        (_hours(400, 100, usual=(*USUAL, 500, 480, 510)), "suspected", "more_than_usual"),
        (_hours(0, 100, usual=(*USUAL, 0)), "confirmed", "fell_to_zero"),
        # of a service that is asked seldom, several hours together tell what none tells alone
        (_hours(0, 0, usual=SELDOM), "good", "as_many_as_usual"),
        (_hours(0, 0, 0, 0, 0, 6, usual=SELDOM), "confirmed", "fell_to_zero"),
        (_hours(1, 0, 0, 0, 0, 0, usual=SELDOM), "good", "as_many_as_usual"),
        (_hours(28, usual=SELDOM), "good", "as_many_as_usual"),
        (_hours(28, 30, 5, usual=SELDOM), "confirmed", "more_than_usual"),
        (_hours(6, 60, 60, usual=SELDOM), "good", "as_many_as_usual"),
        (_hours(0, 0, 0, 0, 0, 0, usual=(0, 1, 0, 2, 1, 0)), "good", "as_many_as_usual"),
        # where mostly nobody asks, no number is usual
        (_hours(1492, 425, usual=(44, 0, 0, 0, 0)), "good", "as_many_as_usual"),
    ],
)
def test_volume(hours: tuple[Hour, ...], level: str, reason: str) -> None:
    said = silent(service(hours=hours))
    assert said is not None
    assert (said.level, said.reason) == (level, reason)


@pytest.mark.parametrize("hours", [(), _hours(0, 0, usual=(100,) * 4)])
def test_volume_without_a_past_says_nothing(hours: tuple[Hour, ...]) -> None:
    assert silent(service(hours=hours)) is None


@pytest.mark.parametrize(
    ("counts", "level"),
    [
        (Counts(100, repeated=5), "confirmed"),
        (Counts(100, repeated=4), "good"),
        (Counts(1000, repeated=9), "good"),
        (Counts(0), None),
    ],
)
def test_duplicates(counts: Counts, level: str | None) -> None:
    said = duplicates(service(everywhere(counts)))
    assert (said.level if said else None) == level


@pytest.mark.parametrize(
    ("pairs", "out", "ahead", "level", "words"),
    [
        (2, 2, -6000, None, ""),
        (3, 3, -9000, "suspected", "3.0 s behind"),
        (20, 10, 50_000, "confirmed", "5.0 s ahead of"),
        (20, 9, 50_000, "good", "but for 9 of 20"),
        (1000, 0, 0, "good", "but for 0"),
    ],
)
def test_clocks(pairs: int, out: int, ahead: int, level: str | None, words: str) -> None:
    said = clock(Pairs("land", "ss1", "ss2", pairs, out, ahead))
    assert (said.level if said else None) == level
    assert said is None or words in said.sentence


PERIOD = Period(datetime(2026, 5, 7, tzinfo=UTC), datetime(2026, 6, 6, tzinfo=UTC))


@pytest.mark.parametrize(
    ("so_far", "day", "six", "level", "reason"),
    [
        (Counts(13_000, 0), Counts(1000), Counts(250), "good", "within_budget"),
        (Counts(13_000, 4), Counts(1000, 4), Counts(250, 4), "good", "within_budget"),
        (Counts(13_000, 100), Counts(1000, 5), Counts(250, 1), "good", "within_budget"),
        (Counts(13_000, 200), Counts(1000, 50), Counts(250, 20), "confirmed", "budget_runs_out"),
        (Counts(13_000, 200), Counts(1000, 50), Counts(250, 0), "suspected", "budget_runs_out"),
        (Counts(13_000, 400), Counts(1000, 0), Counts(250, 0), "confirmed", "budget_used_up"),
    ],
)
def test_the_budget(so_far: Counts, day: Counts, six: Counts, level: str, reason: str) -> None:
    said = budget(so_far, day, six, 0.99, PERIOD, UNTIL)
    assert said is not None
    assert (said.level, said.reason) == (level, reason)


def test_the_day_on_which_it_runs_out() -> None:
    said = budget(Counts(13_000, 200), Counts(1000, 50), Counts(250, 20), 0.99, PERIOD, UNTIL)
    assert said is not None
    # 13,000 + 16.75 days of 1,000 allow 297.5; 97.5 are left, at 50 a day
    assert said.numbers["allowed"] == 297.5
    assert said.numbers["runs_out"] == (UNTIL + timedelta(days=1.95)).isoformat()
    assert "on 2026-05-22 at 04:48" in said.sentence


def test_no_budget_without_an_objective_that_allows_any() -> None:
    assert budget(Counts(10), Counts(10), Counts(10), 1.0, PERIOD, UNTIL) is None
    assert budget(Counts(), Counts(), Counts(), 0.99, PERIOD, UNTIL) is None


def test_periods_follow_each_other() -> None:
    length = timedelta(days=30)
    first = Period.around(UNTIL, length)
    assert first.begin <= UNTIL < first.end == first.begin + length
    assert Period.around(first.end, length).begin == first.end
