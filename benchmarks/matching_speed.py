"""100,000 observed names against 10,000 entries: the command as it is typed, time and memory."""

import csv
import json
import os
import pickle
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rapidfuzz import fuzz, process, utils

from benchmarks.matching_data import brazil
from flows.hidden_services.matching.entries import Entry
from flows.hidden_services.matching.perturbation import Perturbation
from flows.hidden_services.matching.register import Register
from flows.hidden_services.matching.text import words
from flows.hidden_services.matching.workers import CORES

OBSERVED, ENTRIES, NEW = 100_000, 10_000, 100
SAMPLE = 500
"""Observed names that the peer is measured on; scaled to all."""


def names(entries: int, observed: int) -> tuple[list[str], list[str]]:
    """Distinct names as long as real ones, made of their words; and changed ones of them."""
    real, _ = brazil()
    chosen = random.Random(0)
    known = [words(each.name) for each in real]
    every = [word for some in known for word in some]
    made: dict[str, None] = {}
    while len(made) < entries:
        name = [word if chosen.random() < 0.5 else chosen.choice(every)
                for word in chosen.choice(known)]  # fmt: skip
        made[" ".join(name)] = None
    register = list(made)
    change = Perturbation([Entry("", name) for name in register])
    return register, [change(chosen.choice(register)) for _ in range(observed)]


def measure(observed: int = OBSERVED, entries: int = ENTRIES) -> dict[str, Any]:
    """Seconds and megabytes of ours, and seconds of rapidfuzz's `process.cdist`."""
    with tempfile.TemporaryDirectory() as folder:
        register, asked = names(entries, observed)
        _write(Path(folder) / "register.csv", register)
        _write(Path(folder) / "observed.csv", asked)
        figures = _command(Path(folder), observed)
        child = [sys.executable, "-m", "benchmarks.matching_speed", folder]
        answer = subprocess.run(child, check=True, capture_output=True, text=True)
    figures |= json.loads(answer.stdout.splitlines()[-1])
    sample = asked[:SAMPLE]
    started = time.perf_counter()
    process.cdist(
        sample, register, scorer=fuzz.token_set_ratio, processor=utils.default_process,
        dtype=np.uint8, workers=-1,
    )  # fmt: skip
    figures["cdist_seconds"] = round((time.perf_counter() - started) * observed / len(sample), 1)
    figures["cdist_measured_on"] = len(sample)
    return figures


def _write(path: Path, some: Sequence[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", "name"])
        writer.writerows(enumerate(some))


def _command(folder: Path, observed: int) -> dict[str, Any]:
    """What the command took from its start to its end, workers included.

    For memory its peak is counted once for each process, as if they shared nothing.
    """
    files = [str(folder / f"{name}.csv") for name in ("register", "observed", "matched")]
    typed = [sys.executable, "-m", "console", "hidden-services", "match", *files[:2], "--to"]
    load, started = os.getloadavg()[0], time.perf_counter()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([*typed, files[2]], check=True, capture_output=True)
    seconds = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    with Path(files[2]).open(encoding="utf-8", newline="") as stream:
        assert sum(1 for _ in csv.reader(stream)) == observed + 1
    return {
        "observed": observed,
        "seconds": round(seconds, 1),
        "cpu_seconds": round(cpu, 1),
        "load_before": round(load, 1),
        "megabytes": round(after.ru_maxrss / 1024 * (1 + CORES)),
    }


def _child(folder: Path) -> dict[str, Any]:
    files = folder / "register.csv", folder / "observed.csv"
    with files[0].open(encoding="utf-8", newline="") as stream:
        entries = [Entry(row["id"], row["name"]) for row in csv.DictReader(stream)]
    with files[1].open(encoding="utf-8", newline="") as stream:
        some = [Entry(row["id"], row["name"]) for row in csv.DictReader(stream)][:NEW]
    register = Register.from_rows(entries)
    again = _seconds(lambda: register.match(some))
    kept = pickle.dumps(register)
    unpickled = _seconds(lambda: pickle.loads(kept).match(some))
    return {
        "entries": len(entries),
        "again_100_new_seconds": round(again, 2),
        "again_from_a_pickle_seconds": round(unpickled, 2),
    }


def _seconds(work: Any) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    print(json.dumps(_child(Path(sys.argv[1]))))
