"""From the click to the first call, and to the end of three steps, with a worker up.

One application after the other is taken in as `tereze apply --start` does it (form checked,
stored, history, audit trail); the worker is another process and hears of it by itself. What is
measured ends with the first answer in the database, and with the application's end.
"""

import os
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from benchmarks.composite import working
from benchmarks.composite_body import answering
from benchmarks.composite_world import composite, environment
from benchmarks.server import database
from flows.composite_services.intake.start import start
from flows.register.sync import sync
from models.environment.loader import Environment

SIZE = 40
FIRST, THREE = 0.6, 1.5
"""Aims in seconds, at the median."""
LONGEST = 30.0

_FOUND = """
    SELECT a.ended_at, (SELECT min(ended_at) FROM composite_attempts WHERE application = a.id)
    FROM composite_applications a WHERE a.number = :number
"""


def run(size: int = SIZE) -> dict[str, Any]:
    """Measure; times in seconds."""
    with answering() as url, tempfile.TemporaryDirectory() as folder, database() as found:
        made = environment(Path(folder), url, composite(steps=3))
        engine = found.engine()
        with engine.begin() as connection:
            sync(connection, made, "benchmark")
        with working(found, made, 1, "rest"):
            _started(engine, made, 0)
            times = [_started(engine, made, number) for number in range(1, size + 1)]
        engine.dispose()
    first = statistics.median(each[0] for each in times)
    three = statistics.median(each[1] for each in times)
    return {
        "name": "composite_start",
        "ours": round(first, 3),
        "peer": None,
        "unit": "s from the click to the answer to the first call, median",
        "ratio": round(FIRST / first, 2),
        "target": FIRST,
        "met": first < FIRST and three < THREE,
        "three_steps": round(three, 3),
        "three_steps_target": THREE,
        "worst": [round(max(each[nth] for each in times), 3) for nth in (0, 1)],
        "load": os.getloadavg()[0],
    }


def _started(engine: Engine, made: Environment, number: int) -> tuple[float, float]:
    """Seconds from the click to the first answer, and to the end."""
    clicked = datetime.now(UTC)
    with engine.begin() as connection:
        begun = start(
            connection,
            made,
            "measured",
            {"applicant": f"somebody {number}"},
            actor="benchmark",
            language="en",
            origin="person",
            moment=clicked,
        )
    until = time.monotonic() + LONGEST
    while time.monotonic() < until:
        with engine.connect() as connection:
            ended, first = connection.execute(text(_FOUND), {"number": begun.number}).one()
        if ended is not None:
            return (first - clicked).total_seconds(), (ended - clicked).total_seconds()
        time.sleep(0.02)
    raise TimeoutError(f"{begun.number} had not ended after {LONGEST:.0f} s")
