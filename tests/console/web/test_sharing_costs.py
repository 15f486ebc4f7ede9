"""What is dear is kept so long that counting all of it costs a bounded share of the time."""

import threading
from math import isclose

import pytest

from console.web.sharing import AT_ONCE, SHARE, STALE, Shared, StillCounting
from tests.console.web.test_sharing import PATIENT, Clock
from tests.waiting import until

COSTS = [
    pytest.param([5.0], id="one"),
    pytest.param([5.0] * 30, id="many-alike"),
    pytest.param([0.6, 2.0, 9.0, 60.0], id="each-another"),
]


def counted(shared: Shared, clock: Clock, key: int, seconds: float) -> None:
    def slowly() -> None:
        clock.now += seconds

    shared.get(key, slowly)


@pytest.mark.parametrize("costs", COSTS)
def test_all_together_cost_one_part_in_so_many(costs: list[float]) -> None:
    clock = Clock()
    shared = Shared(clock, PATIENT)
    ages: dict[int, float] = {}
    for _ in range(2):  # when the last was counted first, the others were not known of yet
        for key, seconds in enumerate(costs):
            shared._kept.pop(key, None)
            counted(shared, clock, key, seconds)
            ages[key] = shared._kept[key].fresh - clock.now
    share = sum(seconds / ages[key] for key, seconds in enumerate(costs))
    assert isclose(share, 1 / SHARE, rel_tol=1e-6)
    oldest = max(ages, key=lambda key: ages[key])
    assert costs[oldest] == max(costs)


def test_what_costs_nothing_is_fresh_beside_what_does() -> None:
    clock = Clock()
    shared = Shared(clock, PATIENT)
    for key in range(20):
        counted(shared, clock, key, 30.0)
    counted(shared, clock, 99, 0.01)
    assert isclose(shared._kept[99].fresh - clock.now, 10.0)


def test_what_is_not_shown_any_more_is_let_go_and_weighs_nothing() -> None:
    clock = Clock()
    shared = Shared(clock, PATIENT)
    for key in range(5):
        counted(shared, clock, key, 5.0)
    clock.now += STALE * SHARE * 5 * 5.0
    counted(shared, clock, 9, 5.0)
    assert [*shared._kept] == [9]
    assert isclose(shared._kept[9].fresh - clock.now, SHARE * 5.0)


def _there(shared: Shared, key: object) -> bool:
    try:
        return shared.get(key, lambda: True)[0]
    except StillCounting:
        return False


def test_one_kind_holds_up_no_other() -> None:
    shared, go = Shared(patience=0.05), threading.Event()
    try:
        for region in range(AT_ONCE + 2):
            with pytest.raises(StillCounting):
                shared.get(("long", region), lambda: go.wait(60))
        until(lambda: _there(shared, ("short", 1)))
    finally:
        go.set()
