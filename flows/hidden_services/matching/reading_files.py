"""Registers and lists of observed functions in CSV files, in any dialect and encoding."""

import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from connectors.errors import ConnectorError
from connectors.file.csv_table import check_header, find_delimiter
from connectors.file.raw import Tally
from connectors.file.text import lines
from flows.csv_files import Problems
from flows.hidden_services.matching.entries import Entry
from flows.hidden_services.matching.text import LONGEST, clean
from models.errors import ConfigurationError

COLUMNS = ("id", "name")
FURTHER_NAMES = "name_"
OPTIONAL = ("description", "organisation")


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a file: where it ends, and what it says."""

    number: int
    entry: Entry
    fault: str = ""
    """Why nothing but the id could be read."""


def read(path: Path, problems: Problems) -> list[Line]:
    """The rows in their order; an empty line is none.

    Columns may stand in any order, others beside them. The delimiter is found in the header, the
    encoding in the text; gzipped files are read too. A row of another width than the header's is
    counted among the problems and answered with nothing but its id.

    Raises:
        ConfigurationError: it cannot be read, is not CSV, lacks a column, or has no row.
    """
    try:
        text = lines(path, None, Tally())
        first = next(text, "")
        rows = csv.reader(chain([first], text), delimiter=find_delimiter(first), strict=True)
        header = [name.lower() for name in check_header(path, next(rows, []), 1)]
        _check_columns(path, header)
        found = list(_lines(rows, header, problems))
    except (ConnectorError, csv.Error, OSError, EOFError) as error:
        tried = error.tried if isinstance(error, ConnectorError) else f"Reading {path}"
        what = error.found if isinstance(error, ConnectorError) else str(error)
        next_step = "Give a CSV file with the columns id and name; save it anew as UTF-8"
        raise ConfigurationError(tried, what, next_step) from error
    if not found:
        next_step = "Give a file with at least one row"
        raise ConfigurationError(f"Reading {path}", "there is no row after the header", next_step)
    return found


def register(path: Path, problems: Problems) -> list[Entry]:
    """The entries of a register; rows without an id or a name are listed and left out.

    Raises:
        ConfigurationError: the file cannot be used, or an id is there twice.
    """
    entries, at = [], defaultdict(list)
    for line in read(path, problems):
        if line.fault:
            continue
        if not line.entry.id:
            problems.add(line.number, "id", "is empty; the row is left out")
            continue
        at[line.entry.id].append(line.number)
        if not any(clean(name) for name in (line.entry.name, *line.entry.names)):
            problems.add(line.number, "name", "is empty; the row is left out")
            continue
        _tell_long(line, problems)
        entries.append(line.entry)
    _check_ids(path, at)
    if not entries:
        found = f"no row could be used; {problems.first[0]}"
        raise ConfigurationError(f"Reading {path}", found, "Look at that line")
    return entries


def observed(path: Path, problems: Problems) -> list[Line]:
    """The observed functions, one for each row; what cannot be compared is listed.

    Raises:
        ConfigurationError: the file cannot be used.
    """
    found = read(path, problems)
    for line in found:
        each = line.entry
        if not line.fault and not any(map(str.strip, (each.name, *each.names, each.description))):
            problems.add(line.number, "name", "is empty; the row is not judged")
        _tell_long(line, problems)
    return found


def _lines(rows: Iterator[list[str]], header: list[str], problems: Problems) -> Iterator[Line]:
    place = {name: header.index(name) for name in header}
    further = [place[name] for name in header if name.startswith(FURTHER_NAMES)]
    number = 1
    for cells in rows:
        number = getattr(rows, "line_num", number + 1)
        if len(cells) == len(header):
            cells = [cell.strip() for cell in cells]
            description, organisation = (
                cells[place[name]] if name in place else "" for name in OPTIONAL
            )
            names = tuple(cells[column] for column in further if cells[column])
            entry = Entry(
                cells[place["id"]], cells[place["name"]], names, description, organisation
            )
            yield Line(number, entry)
        elif any(cells):
            found = f"{len(cells)} cells where the header has {len(header)}"
            problems.add(number, "the whole row", found)
            identity = cells[place["id"]].strip() if place["id"] < len(cells) else ""
            yield Line(number, Entry(identity, ""), f"Line {number} has {found}")


def _check_columns(path: Path, header: Sequence[str]) -> None:
    for name in COLUMNS:
        if name not in header:
            raise ConfigurationError(
                f"Reading {path}, line 1",
                f"the column {name} is missing; it has {', '.join(header)}",
                "The first line has to name the columns id and name",
            )


def _check_ids(path: Path, at: dict[str, list[int]]) -> None:
    twice = {identity: numbers for identity, numbers in at.items() if len(numbers) > 1}
    if twice:
        some = [
            f"{identity} in lines {', '.join(map(str, numbers))}"
            for identity, numbers in list(twice.items())[:5]
        ]
        more = f" and {len(twice) - len(some)} more" if len(twice) > len(some) else ""
        raise ConfigurationError(
            f"Reading {path}",
            f"an id may be there once, but there is {'; '.join(some)}{more}",
            "Give each service of the register an id of its own",
        )


def _tell_long(line: Line, problems: Problems) -> None:
    for name in (line.entry.name, *line.entry.names):
        if len(name) > LONGEST:
            found = f"{len(name):,} characters; the first {LONGEST:,} are compared"
            problems.add(line.number, "name", found)
