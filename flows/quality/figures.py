"""Applications counted by region, service, body and month: one reading of the table for a page."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from operator import attrgetter
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, text

By = Literal["region", "service", "body", "month"]

# Whose it is: as the application says, else as the register says of its service.
_BODY = "coalesce(a.organisation, s.organisation, '')"
# Received and completed count in the period; at risk, overdue and open are as of the last check.
_STANDING = """
    SELECT coalesce(a.region, '') AS region, a.service, '' AS body, NULL::date AS month,
        count(*) FILTER (WHERE a.received_at >= :since) AS received,
        count(*) FILTER (WHERE a.received_at >= :since AND c.digital IS NOT NULL) AS uses,
        count(*) FILTER (WHERE a.received_at >= :since AND c.digital) AS digital,
        count(*) FILTER (WHERE a.timeliness = 'on_time' AND a.completed_at >= :since) AS on_time,
        count(*) FILTER (WHERE a.timeliness = 'late' AND a.completed_at >= :since) AS late,
        count(*) FILTER (WHERE a.timeliness = 'overdue') AS overdue,
        count(*) FILTER (WHERE a.timeliness = 'at_risk') AS at_risk,
        count(*) FILTER (WHERE a.timeliness = 'open') AS open
    FROM applications a LEFT JOIN channels c ON c.code = a.channel
    WHERE a.received_at <= :moment GROUP BY 1, 2
"""
# An application counts in the month it came in, and in the month its term was kept or missed.
_MONTHS = f"""
    SELECT coalesce(a.region, '') AS region, '' AS service, {_BODY} AS body,
        date_trunc('month', m.at AT TIME ZONE :zone)::date AS month,
        count(*) FILTER (WHERE m.came) AS received,
        count(*) FILTER (WHERE m.came AND c.digital IS NOT NULL) AS uses,
        count(*) FILTER (WHERE m.came AND c.digital) AS digital,
        count(*) FILTER (WHERE NOT m.came AND a.timeliness = 'on_time') AS on_time,
        count(*) FILTER (WHERE NOT m.came AND a.timeliness = 'late') AS late,
        count(*) FILTER (WHERE NOT m.came AND a.timeliness = 'overdue') AS overdue,
        0 AS at_risk, 0 AS open
    FROM applications a
    LEFT JOIN channels c ON c.code = a.channel LEFT JOIN services s ON s.code = a.service
    CROSS JOIN LATERAL (VALUES (true, a.received_at), (false, CASE
        WHEN a.timeliness IN ('on_time', 'late') THEN a.completed_at
        WHEN a.timeliness = 'overdue' THEN a.due_at END)) AS m (came, at)
    WHERE a.received_at <= :moment AND m.at >= :since AND m.at <= :moment GROUP BY 1, 2, 3, 4
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many applications. `uses` are those whose channel is known to be digital or not."""

    received: int = 0
    uses: int = 0
    digital: int = 0
    on_time: int = 0
    late: int = 0
    overdue: int = 0
    at_risk: int = 0
    open: int = 0

    @property
    def take_up(self) -> float | None:
        """Digital ÷ all whose channel is known; None where there are none."""
        return self.digital / self.uses if self.uses else None

    @property
    def breached(self) -> int:
        """Terms that were missed: completed late, or overdue now."""
        return self.late + self.overdue

    @property
    def decided(self) -> int:
        """Terms of which it is known whether they were kept."""
        return self.on_time + self.breached

    @property
    def kept(self) -> float | None:
        """The share of decided terms that were kept; None where none is decided."""
        return self.on_time / self.decided if self.decided else None


class Cell(NamedTuple):
    """The counts of one region, service, body and month; empty where it is not told."""

    region: str
    service: str
    body: str
    month: date | None
    counts: tuple[int, ...]


COUNTS = tuple(field.name for field in fields(Counts))


class Figures:
    """Cells, added up as a page needs them; each sum is made once."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        self.cells = cells
        self._sums: dict[object, dict[tuple[object, ...], Counts]] = {}

    def by(self, *names: By, **where: object) -> Mapping[tuple[object, ...], Counts]:
        """Counts by the values of these fields, of the cells that are `where` says.

        A None in `where` asks for nothing.
        """
        wanted = {name: value for name, value in where.items() if value is not None}
        key = (names, tuple(sorted(wanted.items(), key=lambda each: each[0])))
        if key not in self._sums:
            self._sums[key] = _added(self._where(wanted), names)
        return self._sums[key]

    def all(self, **where: object) -> Counts:
        """All of them together."""
        return next(iter(self.by(**where).values()), Counts())

    def _where(self, wanted: Mapping[str, object]) -> Iterable[Cell]:
        if not wanted:
            return self.cells
        of = attrgetter(*wanted)
        value = tuple(wanted.values()) if len(wanted) > 1 else next(iter(wanted.values()))
        return (cell for cell in self.cells if of(cell) == value)


# There are tens of thousands of cells: each is passed by with as little as can be.
def _added(cells: Iterable[Cell], names: Sequence[By]) -> dict[tuple[object, ...], Counts]:
    alike: defaultdict[object, list[tuple[int, ...]]] = defaultdict(list)
    of = attrgetter(*names) if names else _all_alike
    for cell in cells:
        alike[of(cell)].append(cell.counts)
    return {
        key if isinstance(key, tuple) else (key,): Counts(*map(sum, zip(*counts, strict=True)))
        for key, counts in alike.items()
    }


def _all_alike(_cell: Cell) -> tuple[()]:
    return ()


def standing(connection: Connection, since: datetime | None, moment: datetime) -> Figures:
    """By region and service: what came in and was completed since, and what is open now."""
    values = {"since": since or datetime.min, "moment": moment}
    return _figures(connection, _STANDING, values)


def months(connection: Connection, since: datetime, moment: datetime, zone: str) -> Figures:
    """By region, body and month (local to `zone`), from `since` on.

    What is received and digital counts in the month it came in; what was completed, in the month
    it was; what is overdue, in the month its term ended.
    """
    values = {"since": since, "moment": moment, "zone": zone}
    return _figures(connection, _MONTHS, values)


def _figures(connection: Connection, query: str, values: Mapping[str, object]) -> Figures:
    return Figures(cells(connection.execute(text(query), values)))


def cells(rows: Iterable[Sequence[Any]]) -> list[Cell]:
    """Rows of a region, a service, a body, a month, and the counts; the same words are kept once.

    There are few regions, services and bodies, and tens of thousands of rows that name them.
    """
    kept: dict[object, Any] = {}
    once = kept.setdefault
    return [
        Cell(once(r, r), once(s, s), once(b, b), once(m, m), once(counts := tuple(more), counts))
        for r, s, b, m, *more in rows
    ]
