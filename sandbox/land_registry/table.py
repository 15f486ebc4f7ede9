"""The table `cadastre_requests`, and rows of it as the world has them."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import BigInteger, Column, DateTime, Index, MetaData, String, Table

from sandbox.history.columns import Columns
from sandbox.history.local_time import aware, naive
from sandbox.history.world import World
from sandbox.register.regions import REGIONS
from sandbox.register.services import services

Ints = NDArray[np.int64]
Record = dict[str, Any]

SCHEMA = "land_registry"
NAMES = (
    "request_no",
    "kind",
    "filed_at",
    "closed_at",
    "state",
    "region_kato",
    "filer_bin",
    "modified_at",
)
_STEP = 5_000


def cadastre_requests(schema: str | None) -> Table:
    """The table; times of filing and closing are local, `modified_at` is a moment."""
    return Table(
        "cadastre_requests",
        MetaData(schema=schema),
        Column("request_no", BigInteger, primary_key=True, autoincrement=False),
        Column("kind", String, nullable=False),
        Column("filed_at", DateTime, nullable=False),
        Column("closed_at", DateTime),
        Column("state", String, nullable=False),
        Column("region_kato", String, nullable=False),
        Column("filer_bin", String, nullable=False),
        Column("modified_at", DateTime(timezone=True), nullable=False),
        Index("cadastre_requests_by_change", "modified_at", "request_no"),
    )


def changed_between(world: World, after: int, now: int) -> Ints:
    """Indexes of the requests filed, taken up or closed after one moment and up to another."""
    columns, count = world.columns(now), world.visible(now)
    times = (columns.received[:count], columns.staged[:count], columns.completed[:count])
    changed = np.zeros(count, dtype=np.bool_)
    for at in times:
        changed |= (at > after) & (at <= now)
    return np.flatnonzero(changed)


def records(world: World, indexes: Ints, now: int) -> Iterator[Record]:
    """The rows of these requests as they are at `now`."""
    columns = world.columns(now)
    for begin in range(0, len(indexes), _STEP):
        some = indexes[begin : begin + _STEP]
        part = Columns._make(column[some] for column in columns)
        for place, index in enumerate(some.tolist()):
            yield _record(part, place, world.number(index), now)


def index_of(world: World, numbers: Iterable[int]) -> Ints:
    """Indexes of the requests with these numbers."""
    return np.array(list(numbers), dtype=np.int64) - world.profile.first_number


def _record(part: Columns, place: int, number: int, now: int) -> Record:
    received, staged = int(part.received[place]), int(part.staged[place])
    completed = int(part.completed[place])
    reached = [at for at in (received, staged, completed) if at <= now]
    return {
        "request_no": number,
        "kind": services()[part.service[place]].code,
        "filed_at": naive(received),
        "closed_at": naive(completed) if completed <= now else None,
        "state": _state(staged <= now, completed <= now, bool(part.refused[place])),
        "region_kato": REGIONS[part.region[place]].kato,
        "filer_bin": f"{part.identifier[place]:012d}",
        "modified_at": aware(max(reached)),
    }


def _state(taken_up: bool, closed: bool, refused: bool) -> str:
    if closed:
        return "refused" if refused else "issued"
    return "in_work" if taken_up else "filed"
