"""`match` on files: a register and what was observed in, what the register says of it out."""

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from flows.csv_files import Problems, safe_cell, written
from flows.hidden_services.matching.calibration import BASE_RATE
from flows.hidden_services.matching.embedding import Embedder
from flows.hidden_services.matching.entries import Entry, Match
from flows.hidden_services.matching.reading_files import observed as read_observed
from flows.hidden_services.matching.reading_files import register as read_register
from flows.hidden_services.matching.register import Register

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
) -> MatchReport:
    """Write a row for each observed row, in the same order.

    Everything is held in memory, about 10 kB for each observed row.

    Raises:
        ConfigurationError: a file cannot be used; nothing is written.
        CouldNotRun: the outcome cannot be written.
    """
    in_register, in_observed = Problems(), Problems()
    entries = read_register(register, in_register)
    lines = read_observed(observed, in_observed)
    asked = [line.entry for line in lines]
    known = Register.from_rows(entries, base_rate=base_rate, embedder=embedder)
    matches = [
        Match(None, "not_judged", line.fault) if line.fault else match
        for line, match in zip(lines, known.match(asked, told=1), strict=True)
    ]
    with written(to) as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(_rows(asked, matches))
    kinds = Counter[str](match.kind for match in matches)
    return MatchReport(len(entries), len(asked), kinds, in_register, in_observed)


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
