"""`tereze failures scan` on the labelled series of the Numenta Anomaly Benchmark, by its scorer.

Beside it two plain baselines with nothing to learn: a detector that always fires, and three
standard deviations of a moving window (also with the command's pause after a flag, to be fair).
The threshold is the command's own `flag`, not fitted to the labels.
"""

import csv
import gzip
import json
import math
import time
from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.nab import Marks, Window, judge
from flows.failures.scan import ONE_FINDING, Scanner

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "anomalies"
WINDOW, SIGMAS = 100, 3.0
Detector = Callable[[list[float]], list[bool]]
Series = tuple[str, list[float], list[Window]]


def run(size: int | None = None) -> dict[str, Any]:
    """Judge the detectors on all series, or on the first `size`; the score is NAB's, standard."""
    chosen = list(series())[:size]
    started = time.perf_counter()
    by_series = {one[0]: _marks(_ours, [one]) for one in chosen}
    took = time.perf_counter() - started
    ours = sum(by_series.values(), Marks())
    peers = {
        "constant": _marks(lambda values: [True] * len(values), chosen),
        "three_sigma": _marks(three_sigma, chosen),
        "three_sigma_paused": _marks(lambda values: paused(three_sigma(values)), chosen),
    }
    best = max(marks.normalised for marks in peers.values())
    rows = sum(len(values) for _, values, _ in chosen)
    return {
        "name": "scan",
        "ours": round(ours.normalised, 1),
        "peer": round(best, 1),
        "unit": "NAB score, standard profile",
        # Scores may be negative, so their quotient says nothing; silence is 0 and perfect 100.
        "ratio": round(ours.normalised / best, 2) if best > 0 else None,
        "target": round(max(best, 0.0), 1),
        "met": ours.normalised > max(best, 0.0),
        "series": len(chosen),
        "windows": ours.windows,
        "rows_per_s": round(rows / took),
        "scan": _figures(ours),
        **{name: _figures(marks) for name, marks in peers.items()},
        "by_series": {name: _figures(marks) for name, marks in by_series.items()},
    }


def series() -> Iterator[Series]:
    """Each labelled series: its name, its values, its windows as rows."""
    labels = json.loads((DATA / "windows.json").read_text(encoding="utf-8"))
    for path in sorted(DATA.glob("*/*.csv.gz")):
        with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        times = [datetime.fromisoformat(row["timestamp"]) for row in rows]
        found = labels[f"{path.parent.name}/{path.name.removesuffix('.gz')}"]
        windows = [_window(times, *map(datetime.fromisoformat, each)) for each in found]
        yield path.name.removesuffix(".csv.gz"), [float(row["value"]) for row in rows], windows


def _window(times: list[datetime], first: datetime, last: datetime) -> Window:
    inside = [row for row, moment in enumerate(times) if first <= moment <= last]
    return Window(inside[0], inside[-1])


def _ours(values: list[float]) -> list[bool]:
    scanner = Scanner()
    return [scanner.step(value).flag for value in values]


def three_sigma(values: list[float]) -> list[bool]:
    """More than three standard deviations from the mean of the window before the value."""
    window: deque[float] = deque(maxlen=WINDOW)
    flags = []
    for value in values:
        full = len(window) == WINDOW
        mean = math.fsum(window) / WINDOW if full else 0.0
        deviation = math.sqrt(math.fsum((each - mean) ** 2 for each in window) / WINDOW)
        flags.append(full and abs(value - mean) > SIGMAS * deviation)
        window.append(value)
    return flags


def paused(flags: list[bool]) -> list[bool]:
    """The flags with the command's pause after each."""
    since, kept = ONE_FINDING, []
    for flag in flags:
        since += 1
        kept.append(flag and since > ONE_FINDING)
        since = 0 if kept[-1] else since
    return kept


def _marks(detector: Detector, chosen: list[Series]) -> Marks:
    return sum((judge(detector(values), windows) for _, values, windows in chosen), Marks())


def _figures(marks: Marks) -> dict[str, Any]:
    return {
        "nab": round(marks.normalised, 1) if marks.windows else None,
        "precision": round(marks.precision, 3),
        "recall": round(marks.recall, 3),
        "found": marks.found,
        "windows": marks.windows,
        "false": marks.false,
    }
