"""Kill −9 between deciding and sending: what is delivered, and what is marked as a repeat.

Each life fires some alerts, runs a round of notices in a forked process, and is killed once its
notices are decided. One half dies exactly before the first is sent: the benchmark holds the queue
of the receiver, as another process that is sending would, so that the round comes to a stand
between the two. The other half dies at a random moment after its first attempt has begun, mostly
in the middle of one. A last round, not killed, delivers what is left.
"""

import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from sqlalchemy import text

from benchmarks.alerts_receiver import receiver, taken
from flows.alerts.fire import Firing, fire
from flows.alerts.house import House
from flows.alerts.notices import notify
from flows.alerts.pending import LOCK
from models.database import Database
from models.environment.alerts import Alerts
from models.environment.settings import Settings

SEED = 20261122
AT_ONCE = 3
"""Alerts that begin before each life."""
PAUSE = 0.02
"""Seconds that the receiver takes for each notice, so that many die in the middle of one."""

_DECIDED = "NOT EXISTS (SELECT FROM alerts WHERE notified_at IS NULL)"
_TRIED = "EXISTS (SELECT FROM notice_attempts WHERE id > {attempt})"
BETWEEN = "between deciding and sending"
HOOK = "TEREZE_BENCHMARK_HOOK"
CONFIG: dict[str, Any] = {
    "receivers": {"log": {"url": {"env": HOOK}}},
    "routes": [{"receivers": ["log"]}],
    "notices": {"interval": "0s", "retry": "0s", "at_most": 1000, "attempts": 1000},
}
SETTINGS = Settings(
    environment="benchmark", title="Benchmark", timezone="UTC", languages=["en"], calendar="office"
)


@dataclass
class Outcome:
    """What became of the alerts of `lives` killed processes; `killed` counts them by stage."""

    lives: int
    alerts: int
    lost: int
    delivered_twice: int
    unmarked: int
    killed: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Mark:
    """How far the log had got when a life began."""

    notice: int
    attempt: int


def kill_often(found: Database, folder: Path, lives: int, pause: float = PAUSE) -> Outcome:
    """Kill so many rounds before their first attempt, and as many after it has begun.

    `pause` are the seconds that the receiver takes for each notice.
    """
    with receiver(folder, pause) as (address, file):
        os.environ[HOOK] = address
        killed = _lives(found, folder, lives, pause)
        return _outcome(found, taken(file), 2 * lives, dict(killed))


def _lives(found: Database, home: Path, lives: int, pause: float) -> Counter[str]:
    chance = random.Random(SEED)  # repeatable, not secret
    house = House(Alerts.model_validate(CONFIG), SETTINGS, home)
    killed: Counter[str] = Counter()
    _import_all()
    for life in range(2 * lives):
        mark = _fire(found, life)
        if life % 2:
            with _queue_held(found):
                ended = _killed(found, house, _DECIDED, 0.0)
        else:
            tried = _TRIED.format(attempt=mark.attempt)
            ended = _killed(found, house, tried, chance.uniform(0, AT_ONCE * pause))
        killed["alive" if ended else _stage(found, mark)] += 1
    _finish(found, house)
    return killed


def _fire(found: Database, life: int) -> Mark:
    """Alerts for one life; answers what was on record before it."""
    engine = found.engine()
    with engine.begin() as connection:
        for n in range(AT_ONCE):
            labels = {"alert": f"{life}-{n}"}
            firing = Firing("PullFailed", "critical", labels, labels, datetime.now(UTC), "No")
            fire(connection, firing, "benchmark")
        row = connection.execute(
            text("SELECT coalesce(max(n.id), 0), (SELECT coalesce(max(id), 0)"
                 " FROM notice_attempts) FROM notices n")
        ).one()  # fmt: skip
    engine.dispose()
    return Mark(row[0], row[1])


@contextmanager
def _queue_held(found: Database) -> Iterator[None]:
    """Keep every round from its first attempt, as a process that is sending does."""
    engine = found.engine()
    with engine.connect() as connection:
        name = f"{SETTINGS.environment}/{next(iter(CONFIG['receivers']))}"
        hold = text("SELECT pg_advisory_xact_lock(:lock, hashtext(:name))")
        connection.execute(hold, {"lock": LOCK, "name": name})
        yield
    engine.dispose()


def _killed(found: Database, house: House, reached: str, wait: float) -> bool:
    """Run a round and kill it so many seconds after `reached` (SQL); answers if it had ended."""
    child = multiprocessing.get_context("fork").Process(target=_round, args=(found, house))
    child.start()
    _wait_until(found, child, reached)
    child.join(wait)
    if child.is_alive():
        assert child.pid is not None
        os.kill(child.pid, signal.SIGKILL)
    child.join()
    return child.exitcode == 0


def _import_all() -> None:
    import apprise  # noqa: F401  # once here, not in each life


def _round(found: Database, house: House) -> None:
    notify(found.engine(), house, datetime.now(UTC))


def _wait_until(found: Database, child: BaseProcess, reached: str) -> None:
    """Until that is true in the database, or the process has ended."""
    engine = found.engine()
    with engine.connect() as connection:
        while child.is_alive() and not connection.execute(text(f"SELECT {reached}")).scalar_one():
            connection.commit()
            time.sleep(0.002)
    engine.dispose()


def _stage(found: Database, mark: Mark) -> str:
    """Where the killed round had got to."""
    engine = found.engine()
    with engine.connect() as connection:
        row = connection.execute(
            text("""
                SELECT count(*) AS tried, count(*) FILTER (WHERE outcome IS NULL) AS open,
                    (SELECT count(*) FROM alerts WHERE notified_at IS NULL) AS undecided,
                    (SELECT count(*) FROM notices WHERE id > :notice AND attempts = 0) AS decided
                FROM notice_attempts WHERE id > :attempt
            """),
            {"notice": mark.notice, "attempt": mark.attempt},
        ).one()
    engine.dispose()
    if row.undecided:
        return "before deciding"
    if row.open:
        return "in the middle of an attempt"
    if row.tried:
        return "after an attempt"
    if row.decided != AT_ONCE:
        raise RuntimeError(f"of {AT_ONCE} notices {row.decided} were decided and not tried")
    return BETWEEN


def _finish(found: Database, house: House) -> None:
    engine = found.engine()
    for _ in range(200):
        notify(engine, house, datetime.now(UTC))
        with engine.connect() as connection:
            left = connection.execute(
                text("SELECT count(*) FROM notices WHERE state = 'pending'")
            ).scalar_one()
        if not left:
            break
        time.sleep(0.1)
    engine.dispose()


def _outcome(
    found: Database, got: list[dict[str, Any]], lives: int, killed: dict[str, int]
) -> Outcome:
    titles = Counter(each["title"].removesuffix(" (repeat)") for each in got)
    first = Counter(each["title"] for each in got if not each["title"].endswith(" (repeat)"))
    engine = found.engine()
    with engine.connect() as connection:
        alerts = connection.execute(text("SELECT labels FROM alerts")).scalars().all()
    engine.dispose()
    wanted = {f"[critical] alert {labels['alert']}: PullFailed" for labels in alerts}
    return Outcome(
        lives=lives,
        alerts=len(wanted),
        lost=len(wanted - titles.keys()),
        delivered_twice=sum(1 for count in titles.values() if count > 1),
        unmarked=sum(1 for count in first.values() if count > 1),
        killed=killed,
    )
