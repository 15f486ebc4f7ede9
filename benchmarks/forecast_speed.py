"""How long learning and scoring take: from a million cases, for 100,000 open applications."""

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, text

from benchmarks.applications import fill, settle
from benchmarks.country import environment, service
from benchmarks.server import database
from flows.delays.forecast.score import score
from flows.delays.forecast.train import train
from flows.delays.looking import looks
from flows.delays.recompute import recompute_all
from flows.register.sync import sync
from models.environment.loader import Environment

Answer = TypeVar("Answer")

PAST = 1_000_000
OPEN = 100_000
CHANGED = 1_000
"""So many of the open ones are scored again, as a check in between does."""
NOW = datetime(2025, 12, 15, 7, 0, tzinfo=UTC)
"""A little after the last of `benchmarks.applications`."""

# Terms of 15 working days and more, received in the last ten days: all of them are open.
_LONG = tuple(service(n) for n in range(746) if n % 10 < 7 and n % 9 >= 6)
_OPEN = """
    INSERT INTO applications (system, number, service, channel, region, organisation, received_at,
        source, pull_id)
    SELECT 'office', 'OPEN-' || n, (CAST(:services AS text[]))[1 + n % :kinds], 'portal',
        'KZ-' || n % 20, 'body-' || n % 57,
        CAST(:now AS timestamptz) - n * 7919 % 864000 * interval '1 second',
        'office.applications', 1
    FROM generate_series(CAST(1 AS bigint), :count) n
"""
_JUDGED = """
    UPDATE applications SET timeliness = CASE WHEN completed_at IS NOT NULL THEN 'late'
        WHEN due_at < :now THEN 'overdue' ELSE 'open' END
    WHERE standard_id IS NOT NULL
"""
_CHANGE = """
    UPDATE forecasts SET next_at = '-infinity' WHERE (system, number) IN (
        SELECT system, number FROM forecasts WHERE outcome IS NULL LIMIT :count)
"""


def speed(past: int = PAST, open_: int = OPEN) -> dict[str, Any]:
    """Seconds to learn from `past` cases, to score `open_` applications, and some of them."""
    with database() as found, tempfile.TemporaryDirectory() as folder:
        env = environment(Path(folder), {"environment.yaml": {"delays": {
            "forecast": {"learn_from": "1500d"}}}})  # fmt: skip
        engine = found.engine()
        with engine.begin() as connection:
            sync(connection, env, "benchmark")
            _fill(connection, env, past, open_)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as plain:
            settle(plain, "applications")
        return _measure(engine, env)


def _fill(connection: Connection, env: Environment, past: int, open_: int) -> None:
    fill(connection, past, closed_tenths=10)
    values = {"services": list(_LONG), "kinds": len(_LONG), "now": NOW, "count": open_}
    connection.execute(text(_OPEN), values)
    recompute_all(connection, env)
    connection.execute(text(_JUDGED), {"now": NOW})
    connection.execute(text("""
        INSERT INTO source_states (source, system, dataset, looked_until)
        VALUES ('office.applications', 'office', 'applications', :now)
    """), {"now": NOW})  # fmt: skip


def _measure(engine: Engine, env: Environment) -> dict[str, Any]:
    learning, model = _timed(lambda: train(engine, env, as_of=NOW, actor="benchmark"))
    all_, scored = _timed(lambda: _score(engine, env, NOW + timedelta(minutes=5)))
    with engine.begin() as connection:
        connection.execute(text(_CHANGE), {"count": CHANGED})
    some, changed = _timed(lambda: _score(engine, env, NOW + timedelta(minutes=10)))
    print(
        f"learned from {model.cases:,} cases, {model.points:,} points, in {learning:.1f} s;"
        f" scored {scored:,} in {all_:.2f} s, {changed:,} in {some:.2f} s",
        flush=True,
    )
    return {
        "learned_from": model.cases,
        "learning_s": round(learning, 1),
        "scored": scored,
        "scoring_s": round(all_, 2),
        "scored_again": changed,
        "scoring_again_s": round(some, 2),
    }


def _score(engine: Engine, env: Environment, moment: datetime) -> int:
    with engine.connect() as connection:
        found = looks(connection, env, moment)
    return score(engine, env, moment, found).scored


def _timed(work: Callable[[], Answer]) -> tuple[float, Answer]:
    started = time.perf_counter()
    answer = work()
    return time.perf_counter() - started, answer
