"""`match` on files: a register and what was observed in, what the register says of it out."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from flows.csv_files import Problems, safe_cell, written
from flows.hidden_services.matching.calibration import BASE_RATE
from flows.hidden_services.matching.embedding import Embedder
from flows.hidden_services.matching.entries import Entry, Match
from flows.hidden_services.matching.reading_files import Line
from flows.hidden_services.matching.reading_files import observed as read_observed
from flows.hidden_services.matching.reading_files import register as read_register
from flows.hidden_services.matching.register import Register
from flows.hidden_services.matching.workers import CORES, in_order, uncollected

AT_ONCE = 5_000
"""Observed rows that one process matches together: bounds the memory. Fewer start no workers."""
HEADER = (
    "id", "name", "p_absent", "nearest_id", "similarity", "second_id", "second_similarity",
    "kind", "why",
)  # fmt: skip


@dataclass
class MatchReport:
    """What `match_files` read, found and could not use."""

    entries: int
    observed: int
    kinds: dict[str, int]
    in_register: Problems
    in_observed: Problems


def match_files(
    register: Path,
    observed: Path,
    to: Path,
    *,
    base_rate: float = BASE_RATE,
    embedder: Embedder | None = None,
    workers: int = CORES,
    at_once: int = AT_ONCE,
) -> MatchReport:
    """Write a row for each observed row, in the same order.

    Parts of `at_once` rows are matched by `workers` processes; the outcome is the same for any
    number of them. A model of sentences is asked in this process only: it may not bear a fork.

    Raises:
        ConfigurationError: a file cannot be used; nothing is written.
        CouldNotRun: the outcome cannot be written, or a worker was ended; nothing is written.
    """
    in_register, in_observed = Problems(), Problems()
    with uncollected():
        entries = read_register(register, in_register)
        lines = read_observed(observed, in_observed)
        known = Register.from_rows(entries, base_rate=base_rate, embedder=embedder)

    def work(part: int) -> tuple[str, Counter[str]]:
        return _matched(known, lines[part * at_once : (part + 1) * at_once])

    kinds = Counter[str]()
    parts = -(-len(lines) // at_once)
    with written(to) as stream:
        csv.writer(stream, lineterminator="\n").writerow(HEADER)
        for text, of_kinds in in_order(work, parts, 1 if embedder else workers):
            stream.write(text)
            kinds.update(of_kinds)
    return MatchReport(len(entries), len(lines), kinds, in_register, in_observed)


def _matched(known: Register, lines: Sequence[Line]) -> tuple[str, Counter[str]]:
    """The rows of the outcome as text, and how many there are of each kind."""
    asked = [line.entry for line in lines]
    matches = [
        Match(None, "not_judged", line.fault) if line.fault else match
        for line, match in zip(lines, known.match(asked, told=1), strict=True)
    ]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(_rows(asked, matches))
    return text.getvalue(), Counter(match.kind for match in matches)


def _rows(asked: Iterable[Entry], matches: Iterable[Match]) -> Iterable[tuple[str, ...]]:
    for each, match in zip(asked, matches, strict=True):
        near = [(_cell(one.id), f"{one.similarity:.4f}") for one in match.nearest[:2]]
        first, second = [*near, ("", ""), ("", "")][:2]
        p_absent = "" if match.p_absent is None else f"{match.p_absent:.4f}"
        yield (
            _cell(each.id), _cell(each.name), p_absent, *first, *second, match.kind,
            _cell(match.why),
        )  # fmt: skip


def _cell(text: str) -> str:
    return safe_cell(text.replace("\r", " "))  # the writer quotes a line feed, but not this
