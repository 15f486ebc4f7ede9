import time

import pytest

from sandbox.clock import Clock
from sandbox.history.local_time import iso, parse
from tests.sandbox.reading import NOW


def test_stands_still_at_speed_0() -> None:
    clock = Clock(parse(NOW), 0)
    time.sleep(0.02)
    assert clock.as_json() == {"now": NOW, "speed": 0}


def test_runs_as_fast_as_told() -> None:
    clock = Clock(parse(NOW), 360_000)
    time.sleep(0.05)
    assert 18_000 <= clock.now() - parse(NOW) < 3_600_000


def test_goes_ahead_and_never_back() -> None:
    clock = Clock(parse(NOW), 0)
    clock.set(ahead=3600)
    assert iso(clock.now()) == "2026-05-20T13:00:00+05:00"
    with pytest.raises(ValueError, match="only goes forwards"):
        clock.set(now=parse(NOW))
    with pytest.raises(ValueError, match="only goes forwards"):
        clock.set(speed=-1)


@pytest.mark.parametrize("text", [NOW, "2026-05-20T07:00:00+00:00", "2026-05-20T12:00:00"])
def test_one_moment_in_three_spellings(text: str) -> None:
    assert iso(parse(text)) == NOW
