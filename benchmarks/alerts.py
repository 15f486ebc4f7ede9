"""Alerts: from a due date that passes to the receiver, a storm, and kill −9.

Open alerts by the ten thousand; due dates pass at any moment; the check ticks; a process of its
own delivers, woken by the commit. Measured is when the receiver has taken the notice of the
group. The storm is one check that finds 100,000 breaches at once, told to one receiver.
"""

import multiprocessing
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text

from benchmarks.alerts_killed import BETWEEN, HOOK, kill_often
from benchmarks.alerts_receiver import receiver
from benchmarks.applications import settle
from benchmarks.country import environment
from benchmarks.server import database
from flows.alerts.house import House
from flows.alerts.notices import notify
from flows.alerts.watching import watch
from flows.delays.tick import check
from flows.register.sync import sync
from models.database import Database
from models.environment.alerts import Alerts
from models.environment.loader import Environment

OPEN = 10_000
STORM = 100_000
LIVES = 200
PASSING = 300
"""Due dates that pass while it is measured."""
TICK = 5.0
"""Seconds; shorter than in life, so that a minute has many ticks."""
SLACK, STORM_WITHIN, STORM_NOTICES = 2.0, 10.0, 20
CONFIG = {
    "receivers": {"hook": {"url": {"env": HOOK}}},
    "routes": [{"receivers": ["hook"]}],
    "notices": {"interval": f"{int(TICK / 5)}s"},
}
"""The interval is a fifth of the tick, as it is by default: a minute of five."""

_DUE = """
    INSERT INTO applications (system, number, service, channel, region, applicant, received_at,
        source, pull_id, registered_on, due_at, standard_id, timeliness, judged_at, next_look_at)
    SELECT 'office', :prefix || '-' || n, lpad((n * 7919 % 746)::text, 8, '0'), 'portal',
        'KZ-' || n % 20, 'person ' || n, d.due_at - interval '9 days', 'office.applications', 1,
        CAST(d.due_at AS date) - 9, d.due_at, 1, 'open', d.due_at - interval '1 day', d.due_at
    FROM generate_series(1, CAST(:count AS int)) n
    CROSS JOIN LATERAL (SELECT CAST(:first AS timestamptz)
        + n * interval '1 second' * CAST(:seconds AS float) / :count AS due_at) d
"""
_CONFIGURED = """
    INSERT INTO source_states (source, system, dataset, looked_until)
    VALUES ('office.applications', 'office', 'applications', '2100-01-01')
"""
# The first notice of the alert's group that was written after the alert began to fire.
_TAKEN = """
    SELECT date_part('epoch', min(n.sent_at) - p.due_at) AS seconds
    FROM applications p
    JOIN alerts a ON a.labels ->> 'number' = p.number AND a.name = 'ApplicationOverdue'
    JOIN alert_changes c ON c.fingerprint = a.fingerprint AND c.reason = 'fired'
    LEFT JOIN notices n ON n.groups ? a.group_key AND n.state = 'sent' AND n.sent_at > c.at
    WHERE p.number LIKE 'P-%' GROUP BY p.number, p.due_at
"""


def run(size: int = OPEN) -> dict[str, Any]:
    """Measure all three; a smaller `size` makes each as much smaller."""
    share = size / OPEN
    lives = max(10, int(LIVES * share))
    with tempfile.TemporaryDirectory() as folder:
        late = _latency(Path(folder), size, max(20, int(PASSING * share)))
    with tempfile.TemporaryDirectory() as folder:
        seconds, notices, complete = _storm(Path(folder), int(STORM * share))
    with tempfile.TemporaryDirectory() as folder, database() as found:
        killed = kill_often(found, Path(folder), lives)
    p99 = sorted(late)[min(len(late) - 1, int(len(late) * 0.99))]
    bound = TICK + SLACK
    return {
        "name": "alerts",
        "ours": round(p99, 2),
        "peer": bound,
        "unit": f"s from a due date to the receiver, p99 of {len(late)}, with {size} open alerts"
        f" and a tick of {TICK:g} s",
        "ratio": round(bound / p99, 2),
        "target": 1.0,
        "median": round(sorted(late)[len(late) // 2], 2),
        "storm_seconds": round(seconds, 2),
        "storm_notices": notices,
        "killed": vars(killed),
        "met": p99 <= bound
        and seconds < STORM_WITHIN
        and notices <= STORM_NOTICES
        and complete
        and killed.lost == killed.unmarked == 0
        and killed.killed[BETWEEN] >= lives,
    }


@contextmanager
def _world(folder: Path) -> Iterator[tuple[Database, Environment]]:
    """A country whose alerts go to one web hook."""
    with database() as found, receiver(folder, 0.0) as (address, _):
        os.environ[HOOK] = address
        plain = environment(folder)
        made = replace(plain, alerts=Alerts.model_validate(CONFIG))
        with found.engine().begin() as connection:
            sync(connection, made, "benchmark")
            connection.execute(text(_CONFIGURED))
        yield found, made


def _applications(engine: Engine, prefix: str, count: int, first: datetime, seconds: float) -> None:
    values = {"prefix": prefix, "count": count, "first": first, "seconds": seconds}
    with engine.connect() as plain:
        connection: Connection = plain.execution_options(isolation_level="AUTOCOMMIT")
        connection.execute(text(_DUE), values)
        settle(connection, "applications", "breaches", "alerts", "alert_groups")


def _latency(folder: Path, count: int, passing: int) -> list[float]:
    """Seconds from each due date to the receiver."""
    with _world(folder) as (found, env):
        engine = found.engine()
        _applications(engine, "O", count, datetime.now(UTC) - timedelta(days=2), 3600)
        check(engine, env, actor="benchmark", count=False)
        house = House(env.alerts, env.settings, folder, env.systems)
        notify(engine, house, datetime.now(UTC))
        span = 60.0
        _applications(engine, "P", passing, datetime.now(UTC) + timedelta(seconds=2), span)
        engine.dispose()  # the deliverer is forked, and has connections of its own
        deliverer = multiprocessing.get_context("fork").Process(
            target=_deliver, args=(found, house), daemon=True
        )
        deliverer.start()
        try:
            _ticks(engine, env, span + 4 * TICK)
        finally:
            deliverer.terminate()
            deliverer.join()
        with engine.connect() as connection:
            late = list(connection.execute(text(_TAKEN)).scalars())
    if len(late) != passing or None in late:
        raise RuntimeError(f"of {passing} due dates {late.count(None)} were told to nobody")
    return late


def _deliver(found: Database, house: House) -> None:
    watch(found.engine(), lambda: house, lambda: True)


def _ticks(engine: Engine, env: Environment, seconds: float) -> None:
    ends = time.monotonic() + seconds
    turn = time.monotonic()
    while turn < ends:
        check(engine, env, actor="benchmark", count=False)
        turn += TICK
        time.sleep(max(0.0, turn - time.monotonic()))


def _storm(folder: Path, count: int) -> tuple[float, int, bool]:
    """Seconds from the check's start to the last notice taken, notices, and if all is on record."""
    with _world(folder) as (found, env):
        engine = found.engine()
        _applications(engine, "S", count, datetime.now(UTC) - timedelta(hours=2), 3600)
        house = House(env.alerts, env.settings, folder, env.systems)
        with engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("CHECKPOINT")
        started = time.perf_counter()
        report = check(engine, env, actor="benchmark", count=False)
        told = notify(engine, house, datetime.now(UTC))
        taken = time.perf_counter() - started
        with engine.connect() as connection:
            record = connection.execute(
                text("""
                    SELECT (SELECT count(*) FROM alerts WHERE notified_at IS NOT NULL),
                        (SELECT count(DISTINCT g) FROM notices,
                            jsonb_array_elements_text(groups) g),
                        (SELECT count(*) FROM alert_groups)
                """)
            ).one()
    if report.breaches_opened != count:
        raise RuntimeError(f"the check found {report.breaches_opened} of {count} breaches")
    return taken, told.sent, record[0] == count and record[1] == record[2]
