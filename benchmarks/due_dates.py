"""A million lawful due dates: the query that Tereze builds on, `holidays` one by one, and pandas.

All three answer the same question for the same applications with mixed rules: the end of the
term, after the day of registration. Only computing is timed; the peers get local times ready
made. pandas knows no worked weekends, so some of its answers differ: counted, not held against it.
"""

import tempfile
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from benchmarks import peers
from benchmarks.applications import fill, settle
from benchmarks.country import TIMEZONE, environment
from benchmarks.server import database
from benchmarks.timing import median_of
from flows.delays.columns import columns_sql
from flows.delays.due_dates import due_sql
from flows.register.in_force import resolve
from flows.register.sync import sync
from models.environment.loader import Environment

SIZE = 1_000_000
SAMPLE = 200_000
"""How many the peers compute where all would take over a minute; scaled to all."""

TARGET = 60.0
SHARE_AT_RISK = 0.8

_STOPS = """
    INSERT INTO clock_stops (system, number, stopped_at, restarted_at)
    SELECT system, number, received_at + interval '1 day',
        CASE WHEN number NOT LIKE '%0' THEN received_at + interval '5 days' END
    FROM applications ORDER BY applicant LIMIT :count
"""


def run(size: int = SIZE) -> dict[str, Any]:
    """Measure and compare; times in seconds for `size` applications."""
    with database() as found, tempfile.TemporaryDirectory() as folder:
        env = environment(Path(folder))
        with found.engine().connect() as connection:
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
            prepared = _prepare(connection, env, size)
            due = due_sql("applications", columns=("system", "number"))
            ours, _ = median_of(lambda: _compute(connection, due))
            written = columns_sql("applications", SHARE_AT_RISK)
            with_risk, _ = median_of(lambda: _compute(connection, written, "at_risk_at"))
            rows = _rows(connection, min(SAMPLE, size))
            connection.execute(text(_STOPS), {"count": size * 3 // 100})
            settle(connection, "clock_stops")
            stopped, _ = median_of(lambda: _compute(connection, due))
    scale = size / len(rows)
    one_by_one, by_holidays = median_of(lambda: peers.by_holidays(rows))
    vectorised, by_pandas = median_of(lambda: peers.by_pandas(rows))
    peer = min(one_by_one, vectorised) * scale
    return {
        "name": "due_dates",
        "ours": round(ours, 3),
        "peer": round(peer, 3),
        "unit": f"s for {size} due dates",
        "ratio": round(peer / ours, 1),
        "target": TARGET,
        "met": peer / ours >= TARGET,
        "holidays_one_by_one": round(one_by_one * scale, 3),
        "pandas_custom_business_day": round(vectorised * scale, 3),
        "peers_measured_on": len(rows),
        "ours_with_moment_of_risk": round(with_risk, 3),
        "ours_with_3_in_100_stopped": round(stopped, 3),
        "ours_prepared_once_in": round(prepared, 3),
        "disagree_with_holidays": _disagreeing(rows, by_holidays),
        "disagree_with_pandas": _disagreeing(rows, by_pandas),
    }


def _prepare(connection: Connection, env: Environment, size: int) -> float:
    """Fill the tables; answers how long it takes to work out the rules, once for all."""
    with connection.engine.begin() as writing:
        sync(writing, env, "benchmark")
        fill(writing, size)
        took, _ = median_of(lambda: resolve(writing, env, "applications"), times=1)
    settle(connection, "applications", "counted_spans", "standards_in_force", "calendar_days")
    return took


def _compute(connection: Connection, query: str, also: str = "due_at") -> Any:
    """Every due date is computed; what crosses the wire is their number and the last of them."""
    return connection.execute(
        text(f"SELECT count(due_at), max(due_at), count({also}) FROM {query} d")
    ).one()


def _rows(connection: Connection, count: int) -> list[peers.Row]:
    """Receipts and due dates in local time, with the rule, as the peers want them."""
    found = connection.execute(
        text(f"""
            SELECT r.received_at AT TIME ZONE '{TIMEZONE}' AS received, f.term, f.unit, f.calendar,
                d.due_at AT TIME ZONE '{TIMEZONE}' AS due
            FROM (SELECT * FROM applications ORDER BY number LIMIT :count) r
            JOIN {due_sql("applications")} d USING (system, number)
            JOIN standards_in_force f ON f.service = r.service AND f.channel = r.channel
        """),
        {"count": count},
    )
    return [peers.Row(*row) for row in found]


def _disagreeing(rows: list[peers.Row], answers: list[Any]) -> int:
    return sum(row.due != answer for row, answer in zip(rows, answers, strict=True))
