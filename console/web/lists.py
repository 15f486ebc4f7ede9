"""Lists that page and filter in the database, and the same list as CSV."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Connection, Engine, text
from starlette.requests import Request
from starlette.responses import StreamingResponse

from flows.csv_files import safe_cell

SIZE = 50
"""Rows of a page."""
FURTHEST = 1_000_000
PART = 1_000
"""Rows of a CSV that are read and sent at once."""


@dataclass(frozen=True)
class Listed:
    """A page of a list: its rows, which they are (from 1), and where to go from here."""

    rows: Sequence[Any]
    first: int
    last: int
    earlier: str | None
    later: str | None
    csv: str


def listed(
    request: Request, connection: Connection, query: str, values: Mapping[str, Any]
) -> Listed:
    """The rows of the page that `?from=` asks for; the query is ordered, and has no limit."""
    at = _from(request)
    rows = connection.execute(
        text(f"{query} LIMIT :page_size OFFSET :page_from"),
        {**values, "page_size": SIZE + 1, "page_from": at},
    ).all()
    return _page(request, rows, at)


def _page(request: Request, rows: Sequence[Any], at: int) -> Listed:
    """The first rows of what begins at `at`; one more than a page says that it goes on."""
    shown = rows[:SIZE]
    return Listed(
        rows=shown,
        first=at + 1 if shown else 0,
        last=at + len(shown),
        earlier=_address(request, **{"from": max(at - SIZE, 0)}) if at else None,
        later=_address(request, **{"from": at + SIZE}) if len(rows) > SIZE else None,
        csv=_address(request, format="csv"),
    )


def wants_csv(request: Request) -> bool:
    """Whether the list is asked for as CSV."""
    return request.query_params.get("format") == "csv"


def as_csv(
    engine: Engine,
    query: str,
    values: Mapping[str, Any],
    name: str,
    shown: Callable[[datetime], str] = datetime.isoformat,
) -> StreamingResponse:
    """The whole list, sent while it is read; what a spreadsheet would run is made harmless.

    Raises:
        sqlalchemy.exc.DBAPIError: the query cannot be asked, or nobody answers: said before the
            first line is sent, while there is still a page to say it on.
    """
    with engine.connect() as trying:
        trying.execute(text(f"{query} LIMIT 0"), values)

    def lines() -> Iterator[str]:
        with engine.connect().execution_options(stream_results=True) as connection:
            rows = connection.execute(text(query), values)
            yield "\ufeff" + _line(list(rows.keys()))
            for part in rows.partitions(PART):
                yield "".join(_line([_cell(value, shown) for value in row]) for row in part)

    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return StreamingResponse(lines(), media_type="text/csv; charset=utf-8", headers=headers)


def rows_as_csv(
    header: Sequence[str], rows: Sequence[Sequence[object]], name: str
) -> StreamingResponse:
    """A table that is in hand already, as CSV; made harmless like those from the database."""
    lines = [_line([_cell(value, datetime.isoformat) for value in row]) for row in rows]
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    whole = iter(["\ufeff" + _line(header), *lines])
    return StreamingResponse(whole, media_type="text/csv; charset=utf-8", headers=headers)


def paged(request: Request, rows: Sequence[Any]) -> Listed:
    """The page that `?from=` asks for of rows that are in hand already."""
    at = _from(request)
    return _page(request, rows[at : at + SIZE + 1], at)


def _cell(value: object, shown: Callable[[datetime], str]) -> str:
    if value is None:
        return ""
    return shown(value) if isinstance(value, datetime) else safe_cell(str(value))


def _line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _from(request: Request) -> int:
    asked = request.query_params.get("from", "0")
    return min(int(asked), FURTHEST) if asked.isdecimal() and len(asked) < 10 else 0


def _address(request: Request, **changes: object) -> str:
    kept = {name: value for name, value in request.query_params.items() if name != "format"}
    kept |= {name: str(value) for name, value in changes.items()}
    return f"{request.url.path}?{urlencode(kept)}"
