"""A recorded metric: one value at one time in each row."""

from collections.abc import Iterator
from datetime import datetime

from flows.csv_files import Problems
from flows.failures.table import Row, Table, number_of, time_of

COLUMNS = ("timestamp", "value")
Sample = tuple[datetime, float]


def read(table: Table, problems: Problems) -> Iterator[tuple[list[str], Sample | None]]:
    """Each row's cells with its sample, or with None where that cannot be read.

    A time before the one above (a clock set back) is told, and the value judged in the file's
    order. A row of another width than the header is told and left out.

    Raises:
        ConfigurationError: the file stops being CSV.
    """
    before: datetime | None = None
    for row in table.rows(problems):
        sample = _sample(row, problems)
        if sample is not None:
            # A naive and an aware time cannot be compared; only the wall clock's order matters.
            wall = sample[0].replace(tzinfo=None)
            if before is not None and wall < before:
                found = f"{row.wanted['timestamp']} is before the row above (the value is judged)"
                problems.add(row.line, "timestamp", found)
            before = wall
        yield row.cells, sample


def _sample(row: Row, problems: Problems) -> Sample | None:
    column = "timestamp"
    try:
        time = time_of(row.wanted[column])
        column = "value"
        return time, number_of(row.wanted[column])
    except ValueError as error:
        problems.add(row.line, column, str(error))
        return None
