"""Thirty days with failures of every kind, and the same thirty days without, watched.

Stand-in bodies fail by a plan; the real round of the watch looks at them over real sockets, and
real pulls read them, all in simulated time. Two weeks before the month teach the watch what is
usual. `--size` is the days of the month.
"""

import argparse
import json
import time
from collections.abc import Collection
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing import get_context
from typing import Any

from sqlalchemy import URL

from benchmarks.server import database
from benchmarks.study.judged import ANNOUNCED, NOISY, Found, found, judge
from benchmarks.study.kinds import KINDS
from benchmarks.study.month import Spent, moments
from benchmarks.study.month import run as live
from benchmarks.study.plan import (
    DAYS,
    STEP,
    ZONE,
    Incident,
    first_day,
    incidents,
    maintenance,
    noise,
)
from benchmarks.study.stage import copied, make_quick, stage
from benchmarks.study.table import figures, show

BEFORE = 14
"""Days before the month, in which the watch learns."""
OFTEN, SELDOM = f"*/{STEP // timedelta(minutes=1)} * * * *", "0 * * * *"
QUIET = frozenset({NOISY, ANNOUNCED})


@dataclass(frozen=True)
class Task:
    """One stretch to live through."""

    url: URL
    schema: str
    first: datetime
    days: int
    kinds: frozenset[str]
    fails: bool


@dataclass(frozen=True)
class Month:
    """What came of a stretch."""

    incidents: list[Incident]
    openings: list[Found]
    spent: Spent


def run(
    size: int = DAYS, kinds: Collection[str] = tuple(KINDS), before: int = BEFORE
) -> dict[str, Any]:
    """Live through both months, side by side, and hold what was found against what was told."""
    started = time.perf_counter()
    first = datetime.combine(first_day(datetime.now(ZONE).date()), datetime.min.time(), ZONE)
    wanted = frozenset(kinds)
    with database() as learnt:
        make_quick(learnt)
        _learn(learnt.url, learnt.schema, first, before, wanted)
        tasks = [
            Task(copied(learnt, name).url, learnt.schema, first, size, wanted, fails)
            for name, fails in (("failing", True), ("clean", False))
        ]
        with ProcessPoolExecutor(2, get_context("spawn")) as pool:
            failing, clean = pool.map(month, tasks)
    judged = judge(failing.incidents, failing.openings)
    show(judged, clean.openings)
    return {
        "name": "failures_study",
        **figures(judged, clean.openings, size),
        "ms_per_tick": round(failing.spent.per_tick(), 1),
        "ms_per_pull": round(failing.spent.per_pull(), 1),
        "minutes": round((time.perf_counter() - started) / 60, 1),
    }


def _learn(url: URL, schema: str, first: datetime, days: int, kinds: frozenset[str]) -> None:
    """The weeks before, in which nothing fails, with a round every hour."""
    begins = first - timedelta(days=days)
    acted = stage(url, schema, begins, first, SELDOM, kinds | QUIET)
    with acted as (engine, environment, fleet):
        rounds = [*moments(begins, days, timedelta(hours=1)), first - STEP]
        live(engine, environment, fleet, rounds, _told("learning"))


def month(task: Task) -> Month:
    """Live through a month, with failures or without."""
    acted = stage(task.url, task.schema, task.first, task.first, OFTEN, task.kinds | QUIET)
    with acted as (engine, environment, fleet):
        plan = incidents(task.first, task.days, task.kinds, fleet.foresee) if task.fails else []
        orders = [one.order() for one in plan] + noise(task.first, task.days)
        orders += maintenance(task.first, task.days) if task.fails else []
        for order in orders:
            fleet.order(**order)
        rounds = moments(task.first, task.days, STEP)
        title = "failing" if task.fails else "clean"
        spent = live(engine, environment, fleet, rounds, _told(title))
        return Month(plan, found(engine, task.first), spent)


def _told(title: str) -> Any:
    started = time.perf_counter()

    def told(moment: datetime, spent: Spent) -> None:
        local = moment.astimezone(ZONE)
        if local.hour == 0 and local.minute == 0:
            print(
                f"{title:>8} {local:%a %d %b} {time.perf_counter() - started:6.0f} s,"
                f" {spent.per_tick():5.0f} ms a tick, {spent.per_pull():5.0f} ms a pull"
                + "".join(f"; {side}: {why}" for side, why in spent.unseen.items()),
                flush=True,
            )
            spent.unseen.clear()

    return told


def main() -> None:
    """The study in small: `python -m benchmarks.failures_study --days 3 --kinds refused`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--before", type=int, default=BEFORE, help="days to learn from")
    parser.add_argument("--kinds", nargs="+", choices=[*KINDS], default=[*KINDS])
    given = parser.parse_args()
    print(json.dumps(run(given.days, given.kinds, given.before)))


if __name__ == "__main__":
    main()
