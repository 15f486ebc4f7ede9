"""Waiting for what comes to pass by itself."""

import time
from collections.abc import Callable


def until(true: Callable[[], object], within: float = 60.0) -> None:
    """Wait until it is so; fail where it does not become so within so many seconds."""
    end = time.monotonic() + within
    while not true():
        assert time.monotonic() < end, "it did not come to pass in time"
        time.sleep(0.05)
