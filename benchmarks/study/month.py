"""A stretch of simulated time, round by round: the clock, the pulls that are due, the tick."""

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from croniter import croniter
from sqlalchemy import Engine

from benchmarks.study.fleet import Fleet
from benchmarks.study.plan import ZONE
from flows.failures.tick import tick
from flows.ingest.pull import pull
from models.environment.loader import Environment

ACTOR = "benchmark:study"
AT_ONCE = 2
"""Pulls at the same time."""

Told = Callable[[datetime, "Spent"], None]


@dataclass
class Spent:
    """What a stretch cost, in seconds, and what went wrong with the watch itself."""

    ticks: int = 0
    pulls: int = 0
    ticking: float = 0.0
    pulling: float = 0.0
    unseen: dict[str, str] = field(default_factory=dict)

    def per_tick(self) -> float:
        """Milliseconds."""
        return 1000 * self.ticking / max(1, self.ticks)

    def per_pull(self) -> float:
        """Milliseconds."""
        return 1000 * self.pulling / max(1, self.pulls)


def run(
    engine: Engine,
    environment: Environment,
    fleet: Fleet,
    moments: Iterable[datetime],
    told: Told,
) -> Spent:
    """Live through these moments; each is a round of the watch, after the pulls due by then."""
    spent = Spent()
    before: datetime | None = None
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for moment in moments:
            fleet.set_clock(moment)
            started = time.perf_counter()
            due = [name for name in environment.sources if _due(environment, name, before, moment)]
            list(pool.map(lambda name, at=moment: _pull(engine, environment, name, at), due))
            pulled = time.perf_counter()
            report = tick(engine, environment, as_of=moment, actor=ACTOR)
            spent.pulling += pulled - started
            spent.ticking += time.perf_counter() - pulled
            spent.ticks, spent.pulls = spent.ticks + 1, spent.pulls + len(due)
            spent.unseen |= report.unseen
            before = moment
            told(moment, spent)
    return spent


def moments(first: datetime, days: float, step: timedelta) -> Iterator[datetime]:
    """The ticks of so many days."""
    for number in range(round(timedelta(days=days) / step)):
        yield first + number * step


def _pull(engine: Engine, environment: Environment, source: str, moment: datetime) -> None:
    pull(engine, environment, source, actor=ACTOR, now=moment)


def _due(environment: Environment, source: str, before: datetime | None, moment: datetime) -> bool:
    """Whether the source's schedule has had a turn since the round before."""
    schedule = environment.sources[source].schedule
    assert schedule is not None, "every source of the study has a schedule"
    turn: datetime = croniter(schedule, moment.astimezone(ZONE) + timedelta(seconds=1)).get_prev(
        datetime
    )
    return before is None or turn > before
