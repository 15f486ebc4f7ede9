"""Time, measured the same way everywhere."""

import statistics
import time
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")


def median_of(work: Callable[[], Answer], times: int = 3) -> tuple[float, Answer]:
    """The median time of `times` runs, in seconds, and the last run's answer."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        answer = work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken), answer
