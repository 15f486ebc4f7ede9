"""Write every application with its lawful due date and its state as of a moment to a CSV file."""

import csv
import gzip
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, text

from flows.delays.past import as_of_sql
from models.environment.loader import Environment
from models.errors import CouldNotRun

HEADER = (
    "number",
    "service",
    "region",
    "channel",
    "received_at",
    "due_at",
    "completed_at",
    "status",
)
BATCH = 5000


def export(
    engine: Engine,
    environment: Environment,
    path: Path,
    *,
    as_of: datetime | None = None,
    progress: Callable[[int, int | None], None] | None = None,
) -> dict[str, int]:
    """Write the file (`.gz` is compressed) and answer the number of rows of each status.

    The status is one of on_time, late, open, at_risk, overdue, no_standard. Times are local to
    the environment, with their offset; rows are in order of receipt. What happened after
    `as_of` is left out: the file says what was so then.

    Raises:
        CouldNotRun: the file cannot be written.
    """
    moment = as_of or datetime.now(UTC)
    zone = ZoneInfo(environment.settings.timezone)
    counts: Counter[str] = Counter()
    query = text(f"""
        SELECT number, service, region, channel, received_at, due_at, completed_at, state
        FROM {as_of_sql(environment)} t ORDER BY received_at, system, number
    """)
    part = path.with_name(path.name + ".part")
    try:
        with _opened(part, path) as stream, engine.connect() as connection:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(HEADER)
            rows = connection.execution_options(yield_per=BATCH).execute(query, {"as_of": moment})
            for batch in rows.partitions():
                writer.writerows(_row(row, zone) for row in batch)
                counts.update(row.state for row in batch)
                if progress is not None:
                    progress(counts.total(), None)
        part.replace(path)
    except OSError as error:
        raise CouldNotRun(
            f"Writing {path}", str(error), "Give `--to` a file in a folder that can be written"
        ) from error
    return dict(counts)


def _opened(part: Path, path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(part, "wt", encoding="utf-8", newline="")
    return part.open("w", encoding="utf-8", newline="")


def _row(row: Any, zone: ZoneInfo) -> tuple[str, ...]:
    times = (row.received_at, row.due_at, row.completed_at)
    texts = (row.number, row.service, row.region, row.channel)
    return (
        *(_safe(value) for value in texts),
        *("" if time is None else time.astimezone(zone).isoformat() for time in times),
        row.state,
    )


def _safe(value: str | None) -> str:
    """The text; one that a spreadsheet would run as a formula gets an apostrophe before it."""
    if value and value[0] in "=+-@\t\r":
        return "'" + value
    return value or ""
