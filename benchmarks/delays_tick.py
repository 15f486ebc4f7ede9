"""The check of the delays: the same changes on a history of one million and of ten.

The history is closed and judged long ago; the changes are a quarter each newly at risk, newly
overdue, closed late and closed in time. A check costs by what changed, so both should take as
long.
"""

import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from benchmarks.applications import settle
from benchmarks.country import environment
from benchmarks.server import database
from flows.delays.tick import check
from flows.register.sync import sync
from models.database import Database

SIZE = 10_000_000
CHANGES = 10_000
WITHIN = 1.0
SLOWER = 1.5
AS_OF = datetime(2025, 6, 2, 7, 0, tzinfo=UTC)
BATCH = 1_000_000
"""Rows written at once, so that the log of the server stays small."""

_HISTORY = """
    INSERT INTO applications (system, number, service, channel, region, received_at, completed_at,
        source, pull_id, registered_on, due_at, standard_id, timeliness, judged_at)
    SELECT 'office', 'H-' || n, lpad((n % 746)::text, 8, '0'), 'portal', 'KZ-' || n % 20,
        t.at, t.at + interval '2 days', 'office.applications', 1, t.at::date,
        t.at + interval '3 days', 1, 'on_time', t.at + interval '2 days'
    FROM generate_series(CAST(:first AS bigint), :last) n
    CROSS JOIN LATERAL (SELECT timestamptz '2020-01-01 12:00+00' + n % 1800 * interval '1 day'
        AS at) t
"""

_CHANGES = """
    INSERT INTO applications (system, number, service, channel, region, received_at, completed_at,
        source, pull_id, registered_on, due_at, at_risk_at, standard_id, timeliness, judged_at,
        next_look_at)
    SELECT 'office', :round || '-' || n, lpad((n % 746)::text, 8, '0'), 'portal',
        'KZ-' || n % 20, CAST(:as_of AS timestamptz) - interval '9 days',
        CASE WHEN n % 4 > 1 THEN CAST(:as_of AS timestamptz) - interval '1 minute' END,
        'office.applications', 1, CAST(:as_of AS date) - 9,
        CAST(:as_of AS timestamptz) + CASE WHEN n % 2 = 0 THEN interval '1 hour'
            ELSE interval '-1 hour' END,
        CASE WHEN n % 4 < 2 THEN CAST(:as_of AS timestamptz) - interval '2 hours' END,
        1, 'open', CAST(:as_of AS timestamptz) - interval '1 day', '-infinity'
    FROM generate_series(CAST(1 AS bigint), :count) n
"""

_CONFIGURED = """
    INSERT INTO source_states (source, system, dataset, looked_until)
    VALUES ('office.applications', 'office', 'applications', '2100-01-01')
"""


def run(size: int = SIZE) -> dict[str, Any]:
    """Measure with a tenth of `size` and with `size` applications of history, each from empty."""
    smaller, larger = _measure(size // 10), _measure(size)
    slower = larger / smaller
    return {
        "name": "delays_tick",
        "ours": round(larger, 3),
        "peer": round(smaller, 3),
        "unit": f"s for {CHANGES} changes on {size} and on {size // 10} applications",
        "ratio": round(smaller / larger, 2),
        "target": round(1 / SLOWER, 2),
        "met": larger <= WITHIN and slower <= SLOWER,
        "within": WITHIN,
    }


def _measure(history: int) -> float:
    """The median time of the check, in seconds, on a new database with so long a history."""
    with database() as found, tempfile.TemporaryDirectory() as folder:
        env = environment(Path(folder))
        with found.engine().begin() as writing:
            sync(writing, env, "benchmark")
            writing.execute(text(_CONFIGURED))
        with found.engine().connect() as plain:
            connection = plain.execution_options(isolation_level="AUTOCOMMIT")
            for first in range(0, history, BATCH):
                last = min(first + BATCH, history) - 1
                connection.execute(text(_HISTORY), {"first": first, "last": last})
            taken = [_once(connection, found, env, n) for n in range(3)]
    return sorted(taken)[1]


def _once(connection: Connection, found: Database, env: Any, nth: int) -> float:
    as_of = AS_OF + timedelta(days=nth)
    connection.execute(text(_CHANGES), {"round": f"C{nth}", "as_of": as_of, "count": CHANGES})
    settle(connection, "applications", "breaches", "alerts", "alert_groups")
    connection.execute(text("CHECKPOINT"))
    started = time.perf_counter()
    report = check(found.engine(), env, as_of=as_of, actor="benchmark", count=False)
    taken = time.perf_counter() - started
    if report.changed < CHANGES:
        raise RuntimeError(f"the check found {report.changed} of {CHANGES} changes")
    return taken
