"""Kill −9 between deciding and sending: what is delivered, and what is marked as a repeat.

Each life fires some alerts, runs a round of notices in a forked process, and is killed at a
random moment once its notices are decided: before the first is sent, or in the middle of one. A
last round, not killed, delivers what is left.
"""

import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from benchmarks.alerts_receiver import receiver, taken
from flows.alerts.fire import Firing, fire
from flows.alerts.house import House
from flows.alerts.notices import notify
from models.database import Database
from models.environment.alerts import Alerts
from models.environment.settings import Settings

SEED = 20261122
AT_ONCE = 3
"""Alerts that begin before each life."""
PAUSE = 0.02
"""Seconds that the receiver takes for each notice, so that many die in the middle of one."""

HOOK = "TEREZE_BENCHMARK_HOOK"
CONFIG = {
    "receivers": {"log": {"url": {"env": HOOK}}},
    "routes": [{"receivers": ["log"]}],
    "notices": {"interval": "0s", "retry": "0s", "at_most": 1000, "attempts": 1000},
}
SETTINGS = Settings(
    environment="benchmark", title="Benchmark", timezone="UTC", languages=["en"], calendar="office"
)


@dataclass
class Outcome:
    """What became of the alerts of `lives` killed processes."""

    lives: int
    alerts: int
    lost: int
    delivered_twice: int
    unmarked: int
    killed: dict[str, int] = field(default_factory=dict)


def kill_often(found: Database, folder: Path, lives: int) -> Outcome:
    """Kill so many rounds, each of which tells a receiver of what has just begun to fire."""
    with receiver(folder, PAUSE) as (address, file):
        os.environ[HOOK] = address
        killed = _lives(found, folder, lives)
        return _outcome(found, taken(file), lives, dict(killed))


def _lives(found: Database, home: Path, lives: int) -> Counter[str]:
    chance = random.Random(SEED)  # repeatable, not secret
    house = House(Alerts.model_validate(CONFIG), SETTINGS, home)
    engine = found.engine()
    fork = multiprocessing.get_context("fork")
    killed: Counter[str] = Counter()
    _import_all()
    for life in range(lives):
        with engine.begin() as connection:
            for n in range(AT_ONCE):
                labels = {"alert": f"{life}-{n}"}
                firing = Firing("PullFailed", "critical", labels, labels, datetime.now(UTC), "No")
                fire(connection, firing, "benchmark")
        engine.dispose()  # a forked process must not share our connections
        child = fork.Process(target=_round, args=(found, house))
        child.start()
        _wait_until_decided(engine, child)
        child.join(chance.uniform(0, AT_ONCE * PAUSE))
        engine.dispose()
        if child.is_alive():
            assert child.pid is not None
            os.kill(child.pid, signal.SIGKILL)
        child.join()
        killed["alive" if child.exitcode == 0 else _stage(found)] += 1
    _finish(found, house)
    return killed


def _import_all() -> None:
    import apprise  # noqa: F401  # once here, not in each life


def _round(found: Database, house: House) -> None:
    notify(found.engine(), house, datetime.now(UTC))


def _wait_until_decided(engine: Engine, child: BaseProcess) -> None:
    """Until its notices are committed, or it has ended."""
    pending = text("SELECT EXISTS (SELECT FROM alerts WHERE notified_at IS NULL)")
    with engine.connect() as connection:
        while child.is_alive() and connection.execute(pending).scalar_one():
            connection.commit()
            time.sleep(0.002)


def _stage(found: Database) -> str:
    """Where the killed round had got to."""
    engine = found.engine()
    with engine.connect() as connection:
        row = connection.execute(
            text("""
                SELECT count(*) FILTER (WHERE state = 'pending') AS pending,
                    count(*) FILTER (WHERE state = 'pending' AND attempts > 0) AS tried,
                    (SELECT count(*) FROM alerts WHERE notified_at IS NULL) AS undecided
                FROM notices
            """)
        ).one()
    engine.dispose()
    if row.undecided:
        return "before deciding"
    if row.tried:
        return "in the middle of an attempt"
    return "between deciding and sending" if row.pending else "after sending"


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
