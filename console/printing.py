"""How results are printed: for a person, or as JSON for a program."""

import dataclasses
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from flows.csv_files import Problems

WIDE = 160
"""Columns where the output is no terminal: a file or another program cuts as it likes."""

out = Console(highlight=False, width=None if sys.stdout.isatty() else WIDE)
err = Console(stderr=True, highlight=False)


@contextmanager
def aside(json: bool) -> Iterator[None]:
    """Where JSON is wanted, whatever is printed inside goes to standard error."""
    if not json:
        yield
        return
    with redirect_stdout(sys.stderr):
        yield


def as_json(value: Any) -> None:
    """Print the value as one JSON document on standard output."""
    import orjson

    option = orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS
    print(orjson.dumps(value, default=plain, option=option).decode())


def plain(value: Any) -> Any:
    """What JSON has no word for.

    Raises:
        TypeError: the value is of no known kind.
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if hasattr(value, "model_dump"):  # a model of pydantic's, which need not be imported here
        return value.model_dump()
    if isinstance(value, Decimal | Path):
        return str(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"no JSON for {type(value).__name__}")


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Group:
    """A table for a person, with its title above; numbers stand on the right."""
    kept = [list(row) for row in rows]
    made = Table(box=None, pad_edge=False, header_style="dim")
    for place, name in enumerate(columns):
        numbers = bool(kept) and all(isinstance(row[place], int | float) for row in kept)
        made.add_column(name, justify="right" if numbers else "left", overflow="fold")
    for row in kept:
        made.add_row(*(shown(cell) for cell in row))
    return Group(Text(title, style="bold"), made)


def shown(cell: Any) -> str:
    """A cell in words: thousands apart, times without fractions, nothing for null."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return f"{cell:,}"
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, Mapping):
        return ", ".join(f"{key} {shown(value)}" for key, value in cell.items())
    if isinstance(cell, list | tuple):
        return ", ".join(shown(each) for each in cell)
    return escaped(str(cell))


def escaped(text: str) -> str:
    """The text with nothing in it that rich would read as its markup."""
    from rich.markup import escape

    return escape(text)


def tell_problems(path: Path, problems: "Problems") -> None:
    """Say on standard error what could not be used."""
    if not problems.count:
        return
    err.print(f"{path}: {problems.count:,} things could not be used:", markup=False)
    for each in problems.first:
        err.print(f"  {each}", markup=False, soft_wrap=True)
    if problems.count > len(problems.first):
        err.print(f"  … and {problems.count - len(problems.first):,} more", markup=False)
