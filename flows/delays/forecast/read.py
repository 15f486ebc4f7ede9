"""Cases from the database, by the million: read in binary rows of one width, straight into arrays.

Texts stay in the database; what they name comes as a hash, which is all that counting needs.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from flows.delays.forecast.arrays import Ints
from flows.delays.forecast.cases import Cases, Stages, Stops
from flows.delays.forecast.worked import AROUND_THE_CLOCK, Clocks
from flows.delays.looking import Look

_HEAD, _TAIL = 19, 2
"""Bytes before the first row and after the last one of PostgreSQL's binary format."""

_SEEN = """(SELECT * FROM unnest(%(systems)s::text[], %(untils)s::timestamptz[])
    AS l (system, until))"""
_ID = "hashtextextended(a.system || chr(31) || a.number, 0)"


def _key(*parts: str) -> str:
    return f"hashtextextended(concat_ws(chr(31), {', '.join(parts)}), 0)"


_BODY, _SERVICE = "g.body", "a.service"
_KEYS = (
    "0::bigint",
    _key(_BODY),
    _key(_BODY, "coalesce(a.region, '')"),
    _key(_SERVICE),
    _key(_SERVICE, _BODY),
    _key(_SERVICE, "coalesce(a.region, '')"),
    _key(_SERVICE, "coalesce(a.channel, '')"),
    _key(_SERVICE, "'no stage'"),
)
"""A hash for each of `flows.delays.forecast.cases.GROUPINGS`."""

BODY_SQL = "coalesce(a.organisation, s.organisation, '')"
"""The body that an application is with: its own, or its service's."""

_CASES = f"""
    SELECT {_ID}, date_part('epoch', a.received_at),
        coalesce(date_part('epoch', a.due_at), 'infinity'),
        coalesce(date_part('epoch', a.completed_at), 'infinity'),
        date_part('epoch', l.until),
        CASE WHEN f.unit = 'minutes' THEN {AROUND_THE_CLOCK} ELSE
            coalesce(array_position(%(calendars)s::text[], f.calendar), {AROUND_THE_CLOCK})
            END::bigint, {", ".join(_KEYS)}
    FROM {{source}}
    JOIN {_SEEN} l ON l.system = a.system
    LEFT JOIN services s ON s.code = a.service
    CROSS JOIN LATERAL (SELECT {BODY_SQL} AS body) g
    LEFT JOIN standards_in_force f
      ON f.service = a.service AND f.sub_type = coalesce(a.sub_type, '')
     AND f.channel = coalesce(a.channel, '')
     AND a.received_at >= f.from_at AND a.received_at < f.to_at
    WHERE a.standard_id IS NOT NULL AND a.received_at <= l.until {{which}}
"""
_FLOATS = ("received", "due", "closed", "seen")
_COLUMNS = ["id", *_FLOATS, "clock", *(f"key{n}" for n in range(len(_KEYS)))]
_FORMATS = [">f8" if name in _FLOATS else ">i8" for name in _COLUMNS]

_STOPS = f"""
    SELECT {_ID}, date_part('epoch', a.stopped_at),
        coalesce(date_part('epoch', a.restarted_at), 'infinity')
    FROM clock_stops a JOIN {_SEEN} l ON l.system = a.system WHERE a.stopped_at <= l.until
"""
_STAGES = f"""
    SELECT {_ID}, date_part('epoch', a.at), {_key("p.service", "coalesce(a.stage, '')")}
    FROM application_events a JOIN {_SEEN} l ON l.system = a.system
    JOIN applications p ON p.system = a.system AND p.number = a.number
    WHERE a.kind = 'stage' AND a.at <= l.until AND p.received_at >= %(since)s
"""

SINCE = "AND (a.received_at >= %(since)s OR a.completed_at IS NULL)"


def read(
    connection: Connection,
    clocks: Clocks,
    looks: Sequence[Look],
    since: datetime,
    *,
    source: str = "applications a",
    which: str = SINCE,
    values: Mapping[str, Any] | None = None,
) -> tuple[Cases, Ints]:
    """The cases received since then or still open, as far as each system was seen, and their ids.

    An id is the hash of system and number. What happened after a system's `until` is not known:
    a case that was completed later is open. `source` and `which` read others: a relation `a` of
    applications, and a condition, with `values`.
    """
    seen = [look for look in looks if look.until is not None]
    bound = {
        "systems": [look.system for look in seen],
        "untils": [look.until for look in seen],
        "calendars": list(clocks.calendars),
        "since": since,
        **(values or {}),
    }
    rows = _rows(connection, _CASES.format(source=source, which=which), bound, _COLUMNS, _FORMATS)
    rows = rows[np.argsort(rows["id"], kind="stable")]
    ids = rows["id"].astype(np.int64)
    received, due, closed, until = (rows[name].astype(np.float64) for name in _FLOATS)
    cases = Cases(
        received=received,
        # A promise that lies before the receipt can be kept by nobody, and teaches nothing.
        due=np.where(due > received, due, np.inf),
        closed=np.where(closed <= until, closed, np.inf),
        seen=until,
        clock=rows["clock"].astype(np.int64),
        keys=np.column_stack([rows[f"key{n}"].astype(np.int64) for n in range(len(_KEYS))]),
        stops=_stops(connection, bound, ids),
        stages=_stages(connection, bound, ids),
    )
    return cases, ids


def _stops(connection: Connection, bound: Mapping[str, Any], ids: Ints) -> Stops:
    rows = _rows(connection, _STOPS, bound, ["id", "since", "until"], [">i8", ">f8", ">f8"])
    place, known = _places(rows["id"].astype(np.int64), ids)
    rows, place = rows[known], place[known]
    order = np.lexsort((rows["since"], place))
    since, until = (rows[name][order].astype(np.float64) for name in ("since", "until"))
    return Stops(place[order], since, until)


def _stages(connection: Connection, bound: Mapping[str, Any], ids: Ints) -> Stages:
    rows = _rows(connection, _STAGES, bound, ["id", "at", "key"], [">i8", ">f8", ">i8"])
    place, known = _places(rows["id"].astype(np.int64), ids)
    rows, place = rows[known], place[known]
    order = np.lexsort((rows["at"], place))
    return Stages(
        place[order], rows["at"][order].astype(np.float64), rows["key"][order].astype(np.int64)
    )


def _places(wanted: Ints, ids: Ints) -> tuple[Ints, npt.NDArray[np.bool_]]:
    if not len(ids):
        return np.zeros(len(wanted), dtype=np.int64), np.zeros(len(wanted), dtype=np.bool_)
    place = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
    return place, ids[place] == wanted


def _rows(
    connection: Connection,
    query: str,
    bound: Mapping[str, Any],
    names: list[str],
    formats: list[str],
) -> Any:
    """The rows of a query whose columns are all 8 bytes wide and none of them null."""
    raw: Any = connection.connection.driver_connection
    with (
        raw.cursor() as cursor,
        cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT binary)", bound) as copy,
    ):
        whole = b"".join(copy)
    fields: list[tuple[str, str]] = [("", ">i2")]
    for name, kind in zip(names, formats, strict=True):
        fields += [(f"{name} bytes", ">i4"), (name, kind)]
    return np.frombuffer(whole[_HEAD:-_TAIL], dtype=np.dtype(fields[:1] + fields[1:]))
