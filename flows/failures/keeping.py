"""What is let go of after it was kept long enough: rounds, runs, suspicions never confirmed."""

from datetime import datetime

from sqlalchemy import Connection, text

from models.environment.loader import Environment

BATCH = 5_000
"""Rows of a table that one round lets go of at most."""

_ROUNDS = f"""
    DELETE FROM watch_rounds WHERE as_of IN (
        SELECT as_of FROM watch_rounds WHERE as_of < :before ORDER BY as_of LIMIT {BATCH})
"""
_RUNS = f"""
    DELETE FROM job_runs WHERE id IN (
        SELECT id FROM job_runs WHERE started_at < :before ORDER BY started_at LIMIT {BATCH})
"""
_SUSPICIONS = f"""
    WITH gone AS (
        DELETE FROM findings WHERE id IN (
            SELECT id FROM findings
            WHERE confirmed_at IS NULL AND state = 'over' AND ended_at < :before
            ORDER BY ended_at LIMIT {BATCH})
        RETURNING id
    ), changes AS (
        DELETE FROM finding_changes WHERE finding_id IN (SELECT id FROM gone)
    )
    DELETE FROM finding_evidence WHERE finding_id IN (SELECT id FROM gone)
"""


def let_go(
    connection: Connection, environment: Environment, moment: datetime, *, runs: bool
) -> None:
    """Delete what is older than `failures.keep`, no more than a batch of each at a time.

    Confirmed findings are kept for good. `runs` only where the moment is by the clock on the
    wall, as theirs are.
    """
    values = {"before": moment - environment.settings.failures.keep}
    statements = [_ROUNDS, _SUSPICIONS, *([_RUNS] if runs else [])]
    for statement in statements:
        connection.execute(text(statement), values)
