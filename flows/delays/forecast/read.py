"""Cases from the database, by the million: read in binary rows of one width, straight into arrays.

Texts stay in the database; what they name comes as a hash, which is all that counting needs.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection

from flows.delays.forecast import binary
from flows.delays.forecast.arrays import Floats, Ints
from flows.delays.forecast.cases import GROUPINGS, Cases, Stages, Stops
from flows.delays.forecast.worked import AROUND_THE_CLOCK, Clocks
from flows.delays.looking import Look

_SEEN = """(SELECT * FROM unnest(%(systems)s::text[], %(untils)s::timestamptz[])
    AS l (system, until))"""


def id_sql(row: str) -> str:
    """The id of an application, or of what belongs to it, by its alias or the table's name."""
    return f"hashtextextended({row}.system || chr(31) || {row}.number, 0)"


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

KEY_OF_SERVICE_AND_BODY = _KEYS[GROUPINGS.index("service_body")]
"""The key of that grouping, of an application `a` and its body `g.body`."""

_CASES = f"""
    SELECT {id_sql("a")}, date_part('epoch', a.received_at),
        coalesce(date_part('epoch', a.due_at), 'infinity'),
        coalesce(date_part('epoch', a.completed_at), 'infinity'),
        date_part('epoch', l.until),
        CASE WHEN f.unit = 'minutes' THEN {AROUND_THE_CLOCK} ELSE
            coalesce(array_position(%(calendars)s::text[], f.calendar), {AROUND_THE_CLOCK})
            END::bigint, {", ".join(_KEYS)}
    FROM applications a {{narrowed}}
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
_COLUMNS = (
    ("id", ">i8"),
    *((name, ">f8") for name in _FLOATS),
    ("clock", ">i8"),
    *((f"key{n}", ">i8") for n in range(len(_KEYS))),
)

_STOPS = f"""
    SELECT {id_sql("a")}, date_part('epoch', a.stopped_at),
        coalesce(date_part('epoch', a.restarted_at), 'infinity')
    FROM clock_stops a {{narrowed}} JOIN {_SEEN} l ON l.system = a.system
    WHERE a.stopped_at <= l.until
"""
_STAGES = f"""
    SELECT {id_sql("a")}, date_part('epoch', a.at), {_key("p.service", "coalesce(a.stage, '')")}
    FROM application_events a {{narrowed}} JOIN {_SEEN} l ON l.system = a.system
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
    narrowed: str = "",
    which: str = SINCE,
    values: Mapping[str, Any] | None = None,
) -> tuple[Cases, Ints]:
    """The cases received since then or still open, as far as each system was seen, and their ids.

    An id is the hash of system and number. What happened after a system's `until` is not known:
    a case that was completed later is open. `narrowed` joins another relation by the system and
    number of `a` (applications, stops, events); `which` is a condition on applications; `values`
    are theirs.
    """
    seen = [look for look in looks if look.until is not None]
    bound = {
        "systems": [look.system for look in seen],
        "untils": [look.until for look in seen],
        "calendars": list(clocks.calendars),
        "since": since,
        **(values or {}),
    }
    query = _CASES.format(narrowed=narrowed, which=which)
    found = binary.rows(connection, query, bound, _COLUMNS)
    order = np.argsort(found["id"], kind="stable")
    found = {name: column[order] for name, column in found.items()}
    received, due, closed, until = (found[name] for name in _FLOATS)
    cases = Cases(
        received=received,
        # A promise that lies before the receipt can be kept by nobody, and teaches nothing.
        due=np.where(due > received, due, np.inf),
        closed=np.where(closed <= until, closed, np.inf),
        seen=until,
        clock=found["clock"],
        keys=np.column_stack([found[f"key{n}"] for n in range(len(_KEYS))]),
        stops=_stops(connection, bound, found["id"], narrowed),
        stages=_stages(connection, bound, found["id"], narrowed),
    )
    return cases, found["id"]


def _stops(connection: Connection, bound: Mapping[str, Any], ids: Ints, narrowed: str) -> Stops:
    columns = (("id", ">i8"), ("since", ">f8"), ("until", ">f8"))
    found = binary.rows(connection, _STOPS.format(narrowed=narrowed), bound, columns)
    place, order = _placed(found["id"], ids, found["since"])
    return Stops(place, found["since"][order], found["until"][order])


def _stages(connection: Connection, bound: Mapping[str, Any], ids: Ints, narrowed: str) -> Stages:
    columns = (("id", ">i8"), ("at", ">f8"), ("key", ">i8"))
    found = binary.rows(connection, _STAGES.format(narrowed=narrowed), bound, columns)
    place, order = _placed(found["id"], ids, found["at"])
    return Stages(place, found["at"][order], found["key"][order])


def _placed(wanted: Ints, ids: Ints, moments: Floats) -> tuple[Ints, Ints]:
    """The places of ids that are there, by place and moment, and their rows."""
    place = np.minimum(np.searchsorted(ids, wanted), max(len(ids) - 1, 0))
    known = np.flatnonzero(ids[place] == wanted) if len(ids) else np.empty(0, dtype=np.int64)
    order = known[np.lexsort((moments[known], place[known]))]
    return place[order], order
