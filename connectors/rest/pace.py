"""How often a system is asked, kept by all threads together."""

from threading import Lock
from time import monotonic, sleep


class Pace:
    """Lets at most so many pass in a second, evenly; all where there is no limit."""

    def __init__(self, per_second: float | None) -> None:
        self._between = 0.0 if per_second is None else 1 / per_second
        self._lock = Lock()
        self._next_at = 0.0

    def wait(self) -> None:
        """Wait for one's turn."""
        if not self._between:
            return
        with self._lock:
            turn = max(self._next_at, monotonic())
            self._next_at = turn + self._between
        if (early := turn - monotonic()) > 0:
            sleep(early)
