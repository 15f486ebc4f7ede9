"""Functions that bodies' regulations list, read from text files."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection

from flows.hidden_services.observe.numbered import Split, split
from flows.hidden_services.observe.write import write
from models.environment.hidden_services import Regulation
from models.environment.loader import Environment

SOURCE = "collected.regulations"
LARGEST = 5_000_000
"""Bytes of a regulation; a longer file is none."""

_SELECT = """
    SELECT system, 'regulation' AS kind, code, names, organisation
    FROM jsonb_to_recordset(CAST(:rows AS jsonb))
        AS r (system text, code text, names jsonb, organisation text)
"""


@dataclass
class Read:
    """What regulations brought, and which could not be read, in words."""

    changed: int = 0
    functions: int = 0
    gone: int = 0
    problems: list[str] = field(default_factory=list)


def collect(connection: Connection, environment: Environment) -> Read:
    """Write the functions of each regulation; one that cannot be read is told, the rest goes on."""
    read = Read()
    rows: list[dict[str, object]] = []
    for name, declared in environment.hidden_services.regulations.items():
        try:
            found = _split(environment.folder / declared.file)
        except (OSError, ValueError) as error:
            read.problems.append(f"the regulation {name} ({declared.file}): {_why(error)}")
            continue
        read.functions += len(found.functions)
        read.gone += len(found.gone)
        rows += _rows(name, declared, found)
    read.changed = write(connection, _SELECT, {"rows": json.dumps(rows)}, SOURCE) if rows else 0
    return read


def _split(path: Path) -> Split:
    """The regulation's functions.

    Raises:
        OSError: it cannot be read.
        ValueError: it is too long, not UTF-8, or lists nothing.
    """
    if path.stat().st_size > LARGEST:
        raise ValueError(f"it is longer than {LARGEST:,} bytes")
    found = split(path.read_text(encoding="utf-8-sig"))
    if not found.functions:
        raise ValueError("no numbered function was found in it")
    return found


def _rows(name: str, declared: Regulation, found: Split) -> list[dict[str, object]]:
    """A number that is there twice keeps its first function; the second gets a number beside it."""
    rows: list[dict[str, object]] = []
    known: set[str] = set()
    for each in found.functions:
        code = each.number
        while code in known:
            code += "'"
        known.add(code)
        names = {declared.language: each.text}
        rows.append(
            {"system": name, "code": code, "names": names, "organisation": declared.organisation}
        )
    return rows


def _why(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "it is not a text in UTF-8"
    if isinstance(error, OSError):
        return error.strerror or "it cannot be read"
    return str(error)
