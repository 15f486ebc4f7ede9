"""What a batch looked like: facts that show whether a success was one. No personal data.

They are kept with the pull (`pulls.facts`); `flows.failures.data` compares them with what is
usual. A fact that does not apply to the dataset is missing.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, text

from flows.ingest.staging import Staging
from models.environment.sources import Source

CODES: Mapping[str, tuple[str, ...]] = {
    "applications": ("channel", "region", "result"),
    "application_events": ("kind", "stage"),
}
"""The columns that hold a few codes each, and nothing about a person."""

MOST_VALUES = 20
"""Codes of a column that are counted one by one, the most frequent first."""

SAMPLE = 20_000
"""Rows among which codes are counted, about."""

NONE, WORDS = "(none)", "(words)"
"""In place of a code: there is none; it is no code, but words, which may name a person."""

_SKEW = timedelta(minutes=5)
_NEWS = "NOT EXISTS (SELECT FROM unchanged_now u WHERE u.row_no = s.row_no)"


def facts(
    connection: Connection,
    source: Source,
    staging: Staging,
    now: datetime,
    mask: Callable[[str], str],
) -> dict[str, Any]:
    """The facts of a staged batch, in the transaction that stored it.

    `rows` is what came, each record once; `digest` is over their content in any order; `newest`
    has the latest of each time that is not in the future (what lies there is for the rules);
    `counters` the greatest of each whole number; `values` how often each code came, in what is
    new where the source has a cursor, in all of it where it is read as a whole.
    """
    columns = [column for column in staging.dataset.columns if column.name in source.fields]
    times = [column.name for column in columns if column.kind == "time"]
    numbers = [column.name for column in columns if column.kind == "integer"]
    content = ", ".join(f"s.{column.name}" for column in columns)
    wanted = [
        "count(*)",
        f"bit_xor(hash_record_extended(ROW({content}), 0))",
        *(f"max(s.{name}) FILTER (WHERE s.{name} <= :latest)" for name in times),
        *(f"max(s.{name})" for name in numbers),
    ]
    rows, digest, *greatest = connection.execute(
        text(f"SELECT {', '.join(wanted)} FROM {staging.table} s"), {"latest": now + _SKEW}
    ).one()
    moments, counters = greatest[: len(times)], greatest[len(times) :]
    return {
        "rows": rows,
        "digest": str(digest),
        "newest": {n: m.isoformat() for n, m in zip(times, moments, strict=True) if m},
        "counters": {n: c for n, c in zip(numbers, counters, strict=True) if c is not None},
        "values": _values(connection, source, staging, rows, mask),
    }


def _values(
    connection: Connection,
    source: Source,
    staging: Staging,
    rows: int,
    mask: Callable[[str], str],
) -> dict[str, dict[str, int]]:
    names = [n for n in CODES.get(source.dataset, ()) if n in source.fields]
    names = [n for n in names if source.fields[n].value is None]
    if not names:
        return {}
    pairs = ", ".join(f"('{name}', s.{name})" for name in names)
    found = connection.execute(
        text(f"""
            SELECT c.name, CASE WHEN c.value IS NULL THEN '{NONE}'
                WHEN c.value ~ '^[\\w./-]{{1,40}}$' THEN c.value ELSE '{WORDS}' END AS code,
                count(*) AS times
            FROM {staging.table} s CROSS JOIN LATERAL (VALUES {pairs}) c (name, value)
            WHERE s.row_no % :every = 0 AND {_NEWS if source.cursor else "true"}
            GROUP BY 1, 2 ORDER BY 3 DESC, 2
        """),
        {"every": rows // SAMPLE + 1},
    )
    counted: dict[str, dict[str, int]] = {}
    for name, code, times in found:
        of_column = counted.setdefault(name, {})
        if len(of_column) < MOST_VALUES:
            of_column[mask(code)] = of_column.get(mask(code), 0) + times
    return counted
