"""Forecasts on recorded data, without a database: learn from one part, judge by the other.

The file has the columns of `tereze delays export`, and `organisation` if there is one.
"""

import csv
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from flows.csv_files import Problems, safe_cell, written
from flows.delays.forecast.arrays import Ints
from flows.delays.forecast.cases import Cases
from flows.delays.forecast.judge import Judged, judge, learned_until
from flows.delays.forecast.points import terms
from flows.delays.forecast.worked import Clocks, clocks_of_environment
from flows.failures.table import nothing_read, opened
from models.environment.loader import Environment
from models.errors import CouldNotRun

COLUMNS = ("number", "service", "received_at", "due_at", "completed_at")
GROUPED_BY = ("organisation", "region", "channel")
HEADER = ("number", "service", "looked_at", "due_at", "chance", "late")


@dataclass
class _Rows:
    """What was read, a list for each column."""

    number: list[str] = field(default_factory=list)
    named: list[dict[str, str]] = field(default_factory=list)
    times: list[tuple[float, float, float]] = field(default_factory=list)


@dataclass(frozen=True)
class JudgeReport:
    """How the forecasts of a file did; `problems` is what of it could not be used."""

    rows: int
    judged: Judged
    problems: Problems


def judge_file(
    environment: Environment, source: Path, to: Path, until: datetime, mark: float
) -> JudgeReport:
    """Learn from what was decided by `until`, and judge the cases received from then on.

    Each is looked at when the share `mark` of its term's working time was gone (by the
    environment's calendar), with what was known by then; the file gets a row for each.

    Raises:
        ConfigurationError: the source cannot be read, or has no usable row.
        CouldNotRun: there is too little to learn from or to judge; the file cannot be written.
    """
    problems = Problems()
    rows = _read(source, environment, problems)
    if not rows.number:
        raise nothing_read(source, problems)
    cases, clocks = _cases(rows, environment)
    learned = learned_until(cases, clocks, until.timestamp())
    if learned.trees is None:
        raise CouldNotRun(
            f"Learning from {source} until {until.isoformat()}", learned.reason,
            "Give a later `--until`, or a longer record",
        )  # fmt: skip
    judged = judge(terms(cases, clocks), learned.trees, until.timestamp(), mark)
    zone = ZoneInfo(environment.settings.timezone)
    with written(to) as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(HEADER)
        for place, at, chance in zip(judged.place, judged.at, judged.chances, strict=True):
            texts = (rows.number[place], rows.named[place]["service"])
            moments = (_written(moment, zone) for moment in (at, cases.due[place]))
            late = "yes" if cases.late[place] else "no"
            writer.writerow([*map(safe_cell, texts), *moments, f"{chance:.4f}", late])
    return JudgeReport(len(rows.number), judged, problems)


def _written(moment: float, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(moment, zone).isoformat(timespec="seconds")


def _read(source: Path, environment: Environment, problems: Problems) -> _Rows:
    rows = _Rows()
    zone = ZoneInfo(environment.settings.timezone)
    with opened(source, COLUMNS) as table:
        places = {name: table.header.index(name) for name in GROUPED_BY if name in table.header}
        for row in table.rows(problems):
            try:
                times = [_seconds(row.wanted[name], zone) for name in COLUMNS[2:]]
                if np.isinf(times[0]):
                    raise ValueError("received_at is empty")
            except ValueError as error:
                problems.add(row.line, "times", str(error))
                continue
            rows.number.append(row.wanted["number"])
            others = {name: row.cells[place].strip() for name, place in places.items()}
            rows.named.append({"service": row.wanted["service"], **others})
            rows.times.append((times[0], times[1], times[2]))
    return rows


def _seconds(cell: str, zone: ZoneInfo) -> float:
    """Seconds since 1970; infinite where nothing is written.

    Raises:
        ValueError: no ISO time.
    """
    if not cell:
        return float("inf")
    moment = datetime.fromisoformat(cell)
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp()


def _cases(rows: _Rows, environment: Environment) -> tuple[Cases, Clocks]:
    times = np.array(rows.times, dtype=np.float64)
    received, due, closed = times[:, 0], times[:, 1], times[:, 2]
    until = float(np.max(np.where(np.isfinite(times), times, 0)))
    first, last = (datetime.fromtimestamp(each, UTC).date() for each in (received.min(), until))
    week = timedelta(days=7)
    clocks = clocks_of_environment(environment, first - week, last + week)
    clock = clocks.calendars.index(environment.settings.calendar) + 1
    cases = Cases(
        received=received,
        due=np.where(due > received, due, np.inf),
        closed=closed,
        seen=np.full(len(received), until),
        clock=np.full(len(received), clock, dtype=np.int64),
        keys=_keys(rows),
    )
    return cases, clocks


def _keys(rows: _Rows) -> Ints:
    def key(*names: str) -> Ints:
        known: dict[tuple[str, ...], int] = {}
        made = [tuple(named.get(name, "") for name in names) for named in rows.named]
        return np.array([known.setdefault(each, len(known)) for each in made], dtype=np.int64)

    return np.column_stack([
        key(), key("organisation"), key("organisation", "region"), key("service"),
        key("service", "organisation"), key("service", "region"), key("service", "channel"),
        key("service"),
    ])  # fmt: skip
