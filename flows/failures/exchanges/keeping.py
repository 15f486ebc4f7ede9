"""Forget what is older than it is kept: whole days of exchanges at once, counts by parts."""

from datetime import datetime, timedelta

from sqlalchemy import Engine, text

from flows.failures.exchanges import partitions

SLICES = timedelta(days=2)
COUNTS = timedelta(days=400)
"""Hours, days and faults are small, and say what was usual a year ago."""

MOST = 200_000
"""Rows deleted from a table in one round."""


def forget(engine: Engine, moment: datetime, keep: timedelta) -> None:
    """Drop exchanges older than `keep`, and counts older than they are of use."""
    with engine.begin() as connection:
        partitions.drop_before(connection, moment - keep)
        for table, column, kept in (
            ("exchange_slices", "at", SLICES),
            ("exchange_hours", "at", COUNTS),
            ("exchange_days", "at", COUNTS),
            ("exchange_networks", "at", COUNTS),
            ("exchange_faults", "at", COUNTS),
            ("exchange_quarantine", "held_at", keep),
        ):
            connection.execute(
                text(f"""
                    DELETE FROM {table} WHERE ctid = ANY(ARRAY(
                        SELECT ctid FROM {table} WHERE {column} < :before LIMIT {MOST}
                    ))
                """),
                {"before": moment - kept},
            )
