"""The sandbox's clock: stands still, keeps pace, or runs many times faster than the wall's."""

import threading
import time

from sandbox.history import local_time


class Clock:
    """Simulated time in local seconds; `speed` is simulated seconds to a real second."""

    def __init__(self, now: float, speed: float = 1.0) -> None:
        self._lock = threading.Lock()
        self._now = now
        self._speed = speed
        self._since = time.monotonic()

    def now(self) -> int:
        """The present, whole local seconds."""
        return int(self.exact())

    def exact(self) -> float:
        """The present, local seconds."""
        with self._lock:
            return self._present()

    @property
    def speed(self) -> float:
        """Simulated seconds to a real second; 0 stands still."""
        return self._speed

    def set(self, now: float | None = None, speed: float | None = None, ahead: float = 0) -> None:
        """Put the clock to `now`, go `ahead` some seconds, change its speed.

        Raises:
            ValueError: the clock would run backwards.
        """
        with self._lock:
            present = self._present()
            then = (present if now is None else now) + ahead
            if then < present or (speed is not None and speed < 0):
                raise ValueError("the sandbox's clock only goes forwards")
            self._now, self._since = then, time.monotonic()
            self._speed = self._speed if speed is None else speed

    def as_json(self) -> dict[str, object]:
        """What `/control/clock` answers."""
        return {"now": local_time.iso(self.now()), "speed": self._speed}

    def _present(self) -> float:
        return self._now + (time.monotonic() - self._since) * self._speed
