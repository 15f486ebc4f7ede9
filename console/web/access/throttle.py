"""How often one address may try something, in this process."""

from collections import deque
from datetime import datetime, timedelta
from threading import Lock

MOST_ADDRESSES = 10_000


class Throttle:
    """So many tries in a minute from one address; the oldest addresses are forgotten first."""

    def __init__(self, per_minute: int) -> None:
        self._most = per_minute
        self._tries: dict[str, deque[datetime]] = {}
        self._lock = Lock()

    def too_often(self, address: str, moment: datetime) -> bool:
        """Count one try, and whether it is one too many."""
        with self._lock:
            tries = self._tries.pop(address, deque(maxlen=self._most + 1))
            tries.append(moment)
            self._tries[address] = tries
            while len(self._tries) > MOST_ADDRESSES:
                self._tries.pop(next(iter(self._tries)))
            while tries[0] < moment - timedelta(minutes=1):
                tries.popleft()
            return len(tries) > self._most
