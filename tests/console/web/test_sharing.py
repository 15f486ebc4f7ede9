"""Numbers that are counted seldom: by one at a time, never shown when too old, errors told."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from console.web.sharing import AT_ONCE, MOST, STALE, Shared, StillCounting
from tests.waiting import until

PATIENT = 60.0
"""Seconds: here nobody may be told to ask again because the machine is slow."""


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_counted_once_while_it_is_fresh() -> None:
    clock = Clock()
    shared, counted = Shared(clock, PATIENT), iter(range(9))
    before = datetime.now(UTC)
    first, at = shared.get("a", lambda: next(counted), fresh=10)
    clock.now = 9.9
    assert shared.get("a", lambda: next(counted)) == (first, at)
    assert before <= at <= datetime.now(UTC)
    assert shared.get("b", lambda: next(counted))[0] == 1


def test_shown_a_while_longer_and_counted_meanwhile() -> None:
    clock = Clock()
    shared, counted = Shared(clock, PATIENT), iter(range(9))
    shared.get("a", lambda: next(counted), fresh=10)
    clock.now = 11
    assert shared.get("a", lambda: next(counted), fresh=10)[0] == 0
    until(lambda: shared.get("a", lambda: -1, fresh=10)[0] == 1)


def test_too_old_is_waited_for() -> None:
    clock = Clock()
    shared, counted = Shared(clock, PATIENT), iter(range(9))
    shared.get("a", lambda: next(counted), fresh=10)
    clock.now = 10 * STALE
    assert shared.get("a", lambda: next(counted), fresh=10)[0] == 1


def test_what_takes_long_is_kept_longer() -> None:
    clock = Clock()
    shared = Shared(clock, PATIENT)

    def slowly() -> float:
        clock.now += 5
        return clock.now

    assert shared.get("a", slowly, fresh=10)[0] == 5
    clock.now = 104
    assert shared.get("a", lambda: -1.0)[0] == 5
    assert shared.get("a", lambda: -1.0)[0] == 5  # nobody counts it anew before 105


def test_many_who_ask_at_once_wait_for_one() -> None:
    shared, begun, go = Shared(patience=PATIENT), [], threading.Event()

    def count() -> int:
        begun.append(1)
        assert go.wait(60)
        return len(begun)

    with ThreadPoolExecutor(8) as threads:
        asked = [threads.submit(shared.get, "a", count) for _ in range(8)]
        until(lambda: bool(begun))
        go.set()
        assert {each.result()[0] for each in asked} == {1}


def test_an_error_is_told_to_who_asks_and_nothing_is_kept() -> None:
    clock = Clock()
    shared = Shared(clock, PATIENT)

    def fails() -> int:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        shared.get("a", fails)
    assert shared.get("a", lambda: 1, fresh=10)[0] == 1
    clock.now = 11
    assert shared.get("a", fails, fresh=10)[0] == 1  # counted aside, which fails

    def told() -> bool:
        try:
            return shared.get("a", fails, fresh=10)[0] != 1
        except ZeroDivisionError:
            return True

    until(told)


def test_what_nobody_asks_for_is_forgotten() -> None:
    shared = Shared(patience=PATIENT)
    for key in range(MOST + 10):
        shared.get(key, lambda: 0)
    assert shared.get(0, lambda: 1)[0] == 1
    assert shared.get(MOST + 9, lambda: 1)[0] == 0
    assert len(shared._counting) <= MOST


def test_nobody_waits_for_long_and_it_is_there_later() -> None:
    shared, go = Shared(patience=0.05), threading.Event()

    def count() -> int:
        assert go.wait(60)
        return 7

    for _ in range(3):
        with pytest.raises(StillCounting):
            shared.get("a", count)
    go.set()
    until(lambda: shared._kept)
    assert shared.get("a", lambda: 8)[0] == 7


def test_an_error_about_time_is_the_counts_own() -> None:
    def fails() -> int:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        Shared(patience=PATIENT).get("a", fails)


def test_only_so_many_are_counted_at_once() -> None:
    shared, go, begun = Shared(patience=0.01), threading.Event(), []

    def count() -> bool:
        begun.append(1)
        return go.wait(60)

    for key in range(AT_ONCE + 3):
        with pytest.raises(StillCounting):
            shared.get(key, count)
    until(lambda: len(begun) >= AT_ONCE)
    assert len(begun) == AT_ONCE
    go.set()
    until(lambda: len(begun) == AT_ONCE + 3)
