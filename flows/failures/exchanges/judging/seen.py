"""What is known of a service as of a moment, put together from the counts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

SHORTEST, HOUR, DAY = timedelta(minutes=5), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Counts:
    """Exchanges in a stretch of time, each counted once, whatever sides are known of it."""

    requests: int = 0
    failed: int = 0
    silent: int = 0
    repeated: int = 0

    def share(self, part: int) -> float:
        """A part of the requests; 0 where there are none."""
        return part / self.requests if self.requests else 0.0


@dataclass(frozen=True)
class Run:
    """Failures on end up to now, none of them after a success: how many, from when, until when."""

    failures: int
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Hour:
    """A whole hour: its requests, and those of the same hour on past days of its kind."""

    begins: datetime
    requests: int
    usual: tuple[int, ...]


@dataclass(frozen=True)
class Service:
    """One service as of `until`, up to which its exchanges are known.

    `windows` end then. `durations` are counts by bucket for the last 6 hours, hour and 5 minutes,
    `of` says whose they are: the service's own where the producer's side is known, else the
    whole exchange's. `medians` are those of the same hour on past days, in milliseconds. `hours`
    are the last whole ones, the latest first.
    """

    system: str
    service: str
    until: datetime
    windows: Mapping[timedelta, Counts]
    run: Run | None = None
    durations: Mapping[timedelta, Mapping[int, int]] = field(default_factory=dict)
    of: str = "exchange"
    medians: tuple[float, ...] = ()
    hours: tuple[Hour, ...] = ()

    def window(self, span: timedelta) -> Counts:
        """The counts of a window."""
        return self.windows.get(span, Counts())
