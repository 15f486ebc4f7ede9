"""A partition of the exchanges for each day (UTC): made when it is needed, dropped when old."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection, text

_PREFIX = "exchanges_"


def make(connection: Connection, days: Iterable[date]) -> None:
    """Make the partitions that are missing; nobody else may be storing at the same time."""
    there = existing(connection)
    for day in sorted(set(days) - there):
        first, last = day.isoformat(), (day + timedelta(days=1)).isoformat()
        connection.execute(
            text(f"""
                CREATE TABLE {_PREFIX}{day:%Y%m%d} PARTITION OF exchanges
                FOR VALUES FROM ('{first} 00:00+00') TO ('{last} 00:00+00')
            """)
        )


def existing(connection: Connection) -> set[date]:
    """The days that have a partition."""
    names = connection.execute(
        text("""
            SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
            WHERE i.inhparent = CAST('exchanges' AS regclass)
        """)
    ).scalars()
    return {datetime.strptime(name.removeprefix(_PREFIX), "%Y%m%d").date() for name in names}


def drop_before(connection: Connection, moment: datetime) -> int:
    """Drop the partitions that lie wholly before the moment; answers how many."""
    old = [day for day in existing(connection) if _ends(day) <= moment]
    for day in old:
        connection.execute(text(f"DROP TABLE {_PREFIX}{day:%Y%m%d}"))
    return len(old)


def _ends(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), UTC)
