"""Forget looks that are older than they are kept, a bounded number at once."""

from datetime import datetime

from sqlalchemy import Engine, text

BATCH = 10_000
BATCHES = 10
"""What one round deletes at most: more than any round writes, so that it catches up."""

_DELETE = """
    DELETE FROM probe_results WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM probe_results WHERE looked_at < :before LIMIT :batch))
"""


def forget(engine: Engine, before: datetime) -> int:
    """Delete what was looked at before; each batch in its own transaction. Answers how many."""
    gone = 0
    for _ in range(BATCHES):
        with engine.begin() as connection:
            values = {"before": before, "batch": BATCH}
            deleted = connection.execute(text(_DELETE), values).rowcount
        gone += deleted
        if deleted < BATCH:
            break
    return gone
