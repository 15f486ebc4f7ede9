import math
from datetime import timedelta

import pytest

from flows.failures.exchanges.judging.histogram import percentile, upper
from flows.failures.exchanges.judging.seen import HOUR, SHORTEST
from flows.failures.exchanges.judging.slow import slow
from tests.flows.failures.exchanges.judging.seen import service

QUICK, SLOW = 27, 48  # about 100 ms and 4 s
WITHIN = timedelta(seconds=2)


@pytest.mark.parametrize(
    ("hour", "now", "level"),
    [
        ({QUICK: 100}, {QUICK: 20}, "good"),
        ({QUICK: 99, SLOW: 1}, {QUICK: 20}, "good"),
        ({QUICK: 90, SLOW: 10}, {QUICK: 10, SLOW: 10}, "confirmed"),
        ({QUICK: 999, SLOW: 20}, {SLOW: 20}, "suspected"),
        ({QUICK: 999, SLOW: 6}, {SLOW: 6}, "good"),
        ({QUICK: 50, SLOW: 50}, {QUICK: 20}, "good"),
    ],
)
def test_against_the_objective(hour: dict[int, int], now: dict[int, int], level: str) -> None:
    said = slow(service(durations={HOUR: hour, SHORTEST: now}), WITHIN)
    assert said is not None
    assert said.level == level


@pytest.mark.parametrize(
    ("hour", "now"), [({QUICK: 19}, {QUICK: 19}), ({QUICK: 50}, {QUICK: 4}), ({}, {})]
)
def test_too_few_say_nothing(hour: dict[int, int], now: dict[int, int]) -> None:
    assert slow(service(durations={HOUR: hour, SHORTEST: now}), WITHIN) is None


@pytest.mark.parametrize(
    ("six", "hour", "level"),
    [
        ({QUICK: 20, SLOW: 5}, {SLOW: 5}, "confirmed"),
        ({QUICK: 20, SLOW: 5}, {QUICK: 5}, "good"),
        ({SLOW: 20}, {SLOW: 4}, None),
        ({SLOW: 19}, {SLOW: 5}, None),
    ],
)
def test_of_few_requests_those_of_six_hours_are_judged(
    six: dict[int, int], hour: dict[int, int], level: str | None
) -> None:
    said = slow(service(durations={6 * HOUR: six, HOUR: hour, SHORTEST: {SLOW: 1}}), WITHIN)
    assert (said.level if said else None) == level
    assert said is None or "of the last 6 hours" in said.sentence


@pytest.mark.parametrize(
    ("medians", "hour", "now", "level"),
    [
        ((100.0,) * 8, {SLOW: 50}, {SLOW: 20}, "confirmed"),
        ((100.0,) * 8, {QUICK: 50, SLOW: 20}, {SLOW: 20}, "suspected"),
        ((100.0,) * 8, {QUICK: 50}, {QUICK: 20}, "good"),
        ((100.0, 9000.0, 4000.0, 3000.0, 5000.0), {SLOW: 50}, {SLOW: 20}, "good"),
        ((2.0,) * 8, {20: 50}, {20: 20}, "good"),
    ],
)
def test_against_what_is_usual(
    medians: tuple[float, ...], hour: dict[int, int], now: dict[int, int], level: str
) -> None:
    said = slow(service(durations={HOUR: hour, SHORTEST: now}, medians=medians), None)
    assert said is not None
    assert said.level == level


def test_too_little_history_says_nothing() -> None:
    seen = service(durations={HOUR: {SLOW: 50}, SHORTEST: {SLOW: 20}}, medians=(1.0,) * 4)
    assert slow(seen, None) is None


@pytest.mark.parametrize("took", [2, 3, 50, 99, 1000, 86_400_000])
def test_a_percentile_is_within_a_bucket(took: int) -> None:
    bucket = math.ceil(math.log2(took) * 4)
    found = percentile({bucket: 10}, 0.5)
    assert found is not None
    assert took / 1.2 <= found <= took * 1.2
    assert upper(bucket) >= took * 0.999


def test_percentiles_of_nothing() -> None:
    assert percentile({}, 0.5) is None
