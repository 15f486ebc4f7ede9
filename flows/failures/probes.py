"""Recorded probes: one look at one endpoint each."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from sys import intern

from flows.csv_files import Problems
from flows.failures.table import Row, nothing_read, number_of, opened, time_of
from models.errors import ConfigurationError

COLUMNS = ("time", "endpoint", "state", "http_code", "response_ms")
UP = "up"
NO_CODE = ("", "0")


@dataclass(frozen=True, slots=True)
class Probe:
    """One look: `reason` is what a failure is called, the HTTP code or, without one, the state."""

    time: datetime
    endpoint: str
    up: bool
    reason: str


def read(path: Path, problems: Problems, without: frozenset[str] = frozenset()) -> list[Probe]:
    """Every probe of the file in order of time, each once, those of `without` left out.

    Rows out of order or repeated change nothing. A row that cannot be read is among `problems`;
    a time with an offset in a file without, or the other way round, cannot.

    Raises:
        ConfigurationError: the file cannot be read, or has no usable row or endpoint.
    """
    with opened(path, COLUMNS) as table:
        probes = set(_probes(table.rows(problems), problems))
    if not probes:
        raise nothing_read(path, problems)
    if unknown := without - {probe.endpoint for probe in probes}:
        raise ConfigurationError(
            f"Leaving out {', '.join(sorted(unknown))}",
            f"{path} has no such endpoint",
            f"It has: {', '.join(sorted({probe.endpoint for probe in probes}))}",
        )
    kept = (probe for probe in probes if probe.endpoint not in without)
    # A good and a failed probe of the same second: the failure first, so that it is not lost.
    return sorted(kept, key=lambda probe: (probe.time, probe.endpoint, probe.up, probe.reason))


def _probes(rows: Iterator[Row], problems: Problems) -> Iterator[Probe]:
    with_offset: bool | None = None
    for row in rows:
        try:
            time = time_of(row.wanted["time"])
        except ValueError as error:
            problems.add(row.line, "time", str(error))
            continue
        if with_offset is None:
            with_offset = time.tzinfo is not None
        if (time.tzinfo is not None) != with_offset:
            other = "an" if with_offset else "no"
            found = f"{row.wanted['time']!r}, but the rows before have {other} offset"
            problems.add(row.line, "time", found)
        elif (probe := _probe(row, time, problems)) is not None:
            yield probe


def _probe(row: Row, time: datetime, problems: Problems) -> Probe | None:
    """The probe; what it measured has to be a number, but a failure counts without it, too."""
    for column in ("endpoint", "state"):
        if not row.wanted[column]:
            problems.add(row.line, column, "it is empty")
            return None
    for column in ("http_code", "response_ms"):
        text = row.wanted[column]
        try:
            if text and number_of(text) < 0:
                problems.add(row.line, column, f"{text} is negative (the probe is used)")
        except ValueError as error:
            problems.add(row.line, column, f"{error} (the probe is used)")
    state, code = row.wanted["state"], row.wanted["http_code"]
    # Interned: the same few texts stand in millions of rows.
    reason = intern(state if code in NO_CODE else code)
    return Probe(time, intern(row.wanted["endpoint"]), state.lower() == UP, reason)
