"""Whose clock: a million applications with eight events each, split in SQL and written.

First all at once, then again only those that changed. One application in a hundred lies under a
proven outage, where more is to be counted. The sums are checked in the database and here.
"""

import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text

from benchmarks.applications import fill, settle
from benchmarks.country import environment
from benchmarks.server import database
from flows.delays.clocks.queue import touch
from flows.delays.clocks.tick import drain
from flows.register.sync import sync
from models.clocks import SHARES
from models.environment.loader import Environment

SIZE = 1_000_000
EVENTS = 8
CHANGES = 10_000
TARGET = 100_000
"""Applications per second."""
MOMENT = datetime(2027, 1, 1, tzinfo=UTC)

_REGISTER = tuple(
    f"INSERT INTO {table} (code, names)"
    f" SELECT '{code}-' || n, '{{}}' FROM generate_series(0, 400) n"
    for table, code in (("organisations", "body"), ("offices", "O"))
)

# In the order in which they happen, as systems tell them: not application by application.
_EVENTS = f"""
    INSERT INTO application_events (system, event, number, kind, at, holder, stage, source, pull_id)
    SELECT system, number || '-' || k, number,
        (ARRAY['registered', 'stage', 'stage', 'stopped', 'restarted', 'stage', 'stage',
               'completed'])[k],
        CASE WHEN k = {EVENTS} THEN completed_at
             ELSE received_at + (completed_at - received_at) * (k - 1) / {EVENTS}.0 END AS at,
        CASE WHEN k IN (1, {EVENTS}) THEN office WHEN k = 4 THEN 'applicant' WHEN k = 6 THEN NULL
             WHEN k = 3 THEN 'body-' || (hashtext(number) & 31) ELSE organisation END,
        'stage-' || k, 'office.events', 1
    FROM applications, generate_series(1, {EVENTS}) k
    ORDER BY at
"""
_OUTAGES = """
    INSERT INTO clock_outages (finding_id, system, owner, own_systems, systems, services, began_at,
        ended_at, stops)
    SELECT n, 'other', 'other', '{}', '{}', ARRAY[lpad((n * 71)::text, 8, '0')],
        timestamptz '2022-06-01' + n * interval '90 days',
        timestamptz '2022-08-30' + n * interval '90 days', false
    FROM generate_series(1, 10) n
"""
_CHECK = f"""
    SELECT count(*) AS applications, count(*) FILTER (WHERE outage > 0) AS under_outage,
        count(*) FILTER (WHERE {" + ".join(SHARES)} <> whole OR whole <> (
            SELECT coalesce(sum(each), 0) FROM unnest(seconds) AS each)) AS wrong
    FROM clocks
"""


def run(size: int = SIZE) -> dict[str, Any]:
    """Measure the first split of `size` applications, and that of the changed ones after it."""
    with database() as found, tempfile.TemporaryDirectory() as folder:
        env = environment(Path(folder))
        engine = found.engine()
        _prepare(engine, env, size)
        whole = _timed(engine, env, size)
        with engine.connect() as connection:
            checked = connection.execute(text(_CHECK)).mappings().one()
        _settled(engine)
        changes = sorted(_changed(engine, env, nth) for nth in range(3))[1]
        engine.dispose()
    if checked["applications"] != size or checked["wrong"]:
        raise RuntimeError(f"the split is not whole: {dict(checked)}")
    rate = size / whole
    return {
        "name": "clocks",
        "ours": round(rate),
        "peer": TARGET,
        "unit": f"applications/s, {size} with {EVENTS} events each, split and written",
        "ratio": round(rate / TARGET, 2),
        "target": 1,
        "met": rate >= TARGET,
        "seconds": round(whole, 2),
        "under_an_outage": checked["under_outage"],
        "sums_wrong": checked["wrong"],
        f"seconds_for_{CHANGES}_changed": round(changes, 3),
    }


def _prepare(engine: Engine, env: Environment, size: int) -> None:
    with engine.begin() as connection:
        sync(connection, env, "benchmark")
        fill(connection, size, closed_tenths=10)
        for statement in (*_REGISTER, _EVENTS, _OUTAGES):
            connection.execute(text(statement))
        touch(connection, "applications")
    _settled(engine)


def _settled(engine: Engine) -> None:
    with engine.connect() as plain:
        connection = plain.execution_options(isolation_level="AUTOCOMMIT")
        settle(connection, "applications", "application_events", "clock_queue", "clocks")
        connection.execute(text("CHECKPOINT"))


def _changed(engine: Engine, env: Environment, nth: int) -> float:
    """The time for some that changed, scattered over all; each turn others."""
    with engine.begin() as connection:
        _touch_some(connection, nth)
    return _timed(engine, env, None)


def _touch_some(connection: Connection, nth: int) -> None:
    touch(
        connection,
        "(SELECT system, number FROM applications ORDER BY hashtext(number || :nth) LIMIT :count)",
        {"nth": str(nth), "count": CHANGES},
    )


def _timed(engine: Engine, env: Environment, expected: int | None) -> float:
    started = time.perf_counter()
    split = drain(engine, env, MOMENT)
    taken = time.perf_counter() - started
    if expected is not None and split != expected:
        raise RuntimeError(f"{split} of {expected} were split")
    return taken
