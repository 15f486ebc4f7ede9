"""Applications by timeliness, counted on by their changes and not anew at each scrape."""

import time
from collections import Counter

from sqlalchemy import Connection, text

from console.web.metrics.queries import CHANGES

MOST = 50_000
"""Changes that one query reads."""
PATIENCE = 0.05
"""Seconds after which a scrape leaves the rest of a long history to the next one."""


class Timeliness:
    """The counts, kept from scrape to scrape; `complete` once all changes are counted.

    Each change is written by one check at a time, in the order of its number, and says what it
    was before; so the changes add up to the counts.
    """

    def __init__(self, most: int = MOST, patience: float = PATIENCE) -> None:
        self._most, self._patience = most, patience
        self._last = 0
        self._counts: Counter[str] = Counter()
        self.complete = False

    def count_on(self, connection: Connection) -> None:
        """Count what is new; of a history never seen, a part that takes little time."""
        until = time.monotonic() + self._patience
        while True:
            values = {"last": self._last, "most": self._most}
            rows = connection.execute(text(CHANGES), values).all()
            for row in rows:
                if row.state is not None:
                    self._counts[row.state] += row.n
                self._last = max(self._last, row.last)
            if not rows:
                self.complete = True
                return
            if time.monotonic() > until:
                return

    def counts(self) -> dict[str, int]:
        """Applications by state."""
        return dict(self._counts)
