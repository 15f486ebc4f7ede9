"""A worker seldom looks for things that refer to one another, and they go all the same."""

import gc
import sys
import weakref
from collections.abc import Iterator

import pytest

from deployments.composite_worker import CIRCLES, SWITCH, tune


@pytest.fixture
def tuned() -> Iterator[None]:
    """This process as a worker's, put back at the end."""
    threshold, switch = gc.get_threshold(), sys.getswitchinterval()
    tune()
    yield
    gc.unfreeze()
    gc.set_threshold(*threshold)
    sys.setswitchinterval(switch)


class Ring:
    """Something that refers to itself, as errors with their tracebacks do."""

    def __init__(self) -> None:
        self.itself = self


@pytest.mark.usefixtures("tuned")
def test_circles_do_not_pile_up() -> None:
    alive = weakref.WeakSet[Ring]()
    most = 0
    for _ in range(5 * CIRCLES[0]):
        alive.add(Ring())
        most = max(most, len(alive))
    assert 1_000 < most < 2 * CIRCLES[0]


@pytest.mark.usefixtures("tuned")
def test_what_is_loaded_is_not_looked_through_again() -> None:
    assert gc.get_freeze_count() > 10_000
    assert sys.getswitchinterval() == pytest.approx(SWITCH)
