from datetime import timedelta

import pytest

from flows.failures.exchanges.judging.failing import failing
from flows.failures.exchanges.judging.seen import DAY, HOUR, SHORTEST, Counts, Run
from models.environment.failures import Failures
from tests.flows.failures.exchanges.judging.seen import UNTIL, everywhere, service

RATES = Failures().burn_rates
HALF = timedelta(minutes=30)


@pytest.mark.parametrize(
    ("long", "short", "level", "severity"),
    [
        (Counts(1000, 200), Counts(100, 20), "confirmed", "critical"),
        (Counts(1000, 100), Counts(100, 50), "suspected", "warning"),
        (Counts(1000, 200), Counts(100, 1), "good", "warning"),
        (Counts(1000, 200), Counts(0, 0), "good", "warning"),
        (Counts(19, 19), Counts(19, 19), "good", "warning"),
        (Counts(1000, 4), Counts(10, 4), "good", "warning"),
    ],
)
def test_the_fast_pair(long: Counts, short: Counts, level: str, severity: str) -> None:
    windows = {HOUR: long, SHORTEST: short, DAY: long}
    said = failing(service(windows), 0.99, RATES[:1], 2)
    assert said is not None
    assert (said.level, said.severity) == (level, severity)


def test_the_slow_pair_needs_the_last_hour_too() -> None:
    slow = {3 * DAY: Counts(9000, 400), 6 * HOUR: Counts(900, 100)}
    over = failing(service({**slow, HOUR: Counts(100, 0)}), 0.99, RATES, 2)
    going_on = failing(service({**slow, HOUR: Counts(100, 9)}), 0.99, RATES, 2)
    assert over is not None
    assert over.level == "good"
    assert going_on is not None
    assert (going_on.level, going_on.severity) == ("confirmed", "warning")
    assert "400 of 9000 requests failed in the last 3 days" in going_on.sentence
    assert "4.4 times too fast" in going_on.sentence


@pytest.mark.parametrize(
    ("failures", "confirm", "level"),
    [(1, 2, "good"), (2, 2, "good"), (3, 2, "suspected"), (4, 2, "suspected"),
     (5, 2, "confirmed"), (500, 2, "confirmed"), (2, 1, "suspected"), (4, 1, "confirmed")],
)  # fmt: skip
def test_failures_on_end(failures: int, confirm: int, level: str) -> None:
    run = Run(failures, UNTIL - HOUR, UNTIL)
    said = failing(service(everywhere(Counts(failures, failures)), run=run), None, [], confirm)
    assert said is not None
    assert said.level == level


def test_without_an_objective_shares_say_nothing() -> None:
    for promised in (None, 1.0):
        said = failing(service(everywhere(Counts(100, 50))), promised, RATES, 2)
        assert said is not None
        assert said.level == "good"


def test_nothing_asked_is_nothing_said() -> None:
    assert failing(service(), 0.99, RATES, 2) is None
