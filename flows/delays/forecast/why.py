"""Why an application has the chance it has: the cases it rests on, and the nearest of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection, text

from flows.delays.forecast.cases import GROUPINGS
from flows.delays.forecast.points import MARKS, points, terms
from flows.delays.forecast.read import id_sql, read
from flows.delays.forecast.worked import clocks_of_database
from flows.delays.looking import Look
from models.environment.loader import Environment
from models.errors import ConfigurationError

NEAREST = 5

_ONE = f"""
    SELECT f.*, a.service, a.region, {id_sql("a")} AS id FROM forecasts f
    JOIN applications a ON a.system = f.system AND a.number = f.number WHERE f.number = :number
"""
_NUMBERS = f"""
    SELECT number, {id_sql("a")} AS id FROM applications a
    WHERE a.service = :service AND {id_sql("a")} = ANY(:ids)
"""
# As of the moment of the forecast: the systems as far as they had been looked at by then.
_LOOKS = """
    SELECT system, least(until, CAST(:as_of AS timestamptz)) AS until FROM forecast_looks
"""
_WORDS = {
    "service_region": "of this service in this region",
    "service_body": "of this service at this body",
    "service": "of this service",
}
_NONE = {
    "too_few_cases": "too few such cases are decided to tell",
    "clock_stopped": "its clock stands still",
    "not_scored_yet": "it is not scored yet",
}


@dataclass(frozen=True)
class Why:
    """A forecast in words, with up to five of the cases it rests on: those decided last.

    `outcome` is how it ended, if it did. Of `decided` cases of the `grouping`, still open at this
    `mark` of their term, `late` were; `reason` says why there is no chance where there is none.
    """

    system: str
    number: str
    chance: float | None
    sentence: str
    nearest: list[tuple[str, str]]
    as_of: datetime | None
    due_at: datetime | None
    outcome: str | None
    service: str
    region: str | None
    reason: str
    grouping: str | None
    mark: float | None
    decided: int | None
    late: int | None


def why(connection: Connection, environment: Environment, number: str) -> list[Why]:
    """The forecast of each application of this number (systems number for themselves).

    Raises:
        ConfigurationError: no open application of this number was ever seen.
    """
    rows = connection.execute(text(_ONE), {"number": number}).all()
    if not rows:
        raise ConfigurationError(
            f"Looking for the forecast of {number}",
            "no application of this number was open at a check",
            "`tereze delays forecast` lists those that are",
        )
    return [_why(connection, environment, row) for row in rows]


def _why(connection: Connection, environment: Environment, row: Any) -> Why:
    nearest = [] if row.chance is None else _nearest(connection, environment, row)
    return Why(
        system=row.system,
        number=row.number,
        chance=row.chance,
        sentence=_sentence(row),
        nearest=nearest,
        as_of=row.as_of,
        due_at=row.due_at,
        outcome=row.outcome,
        service=row.service,
        region=row.region,
        reason=row.reason,
        grouping=row.grouping,
        mark=row.mark,
        decided=row.decided,
        late=row.late,
    )


def _sentence(row: Any) -> str:
    if row.chance is None:
        few = f": {row.decided}" if row.reason == "too_few_cases" else ""
        return f"No chance is told: {_NONE[row.reason]}{few}"
    return (
        f"{row.chance:.0%} likely to be late: of {row.decided:,} cases {_WORDS[row.grouping]} that"
        f" were still open when {row.mark:.0%} of the term was gone, {row.late:,} were late"
    )


def _nearest(connection: Connection, environment: Environment, row: Any) -> list[tuple[str, str]]:
    """The numbers of the cases of the group that were decided last, and how each ended."""
    clocks = clocks_of_database(connection)
    seen = connection.execute(text(_LOOKS), {"as_of": row.as_of}).all()
    looks = [Look(each.system, each.until, {}) for each in seen]
    since = row.as_of - environment.settings.delays.forecast.learn_from
    narrow = "AND a.service = %(service)s AND a.received_at >= %(since)s"
    cases, ids = read(
        connection, clocks, looks, since, which=narrow, values={"service": row.service}
    )
    pool = points(terms(cases, clocks), MARKS.index(row.mark))
    column = GROUPINGS.index(row.grouping)
    mine = int(np.searchsorted(ids, row.id))
    if mine == len(ids) or ids[mine] != row.id:
        return []  # its system was not looked at by then, so that nothing is known of its kind
    alike = cases.keys[pool.place, column] == cases.keys[mine, column]
    known = cases.known[pool.place]
    place = pool.place[alike & (known < row.as_of.timestamp())]
    last = place[np.argsort(-cases.known[place], kind="stable")][:NEAREST]
    found = connection.execute(
        text(_NUMBERS), {"service": row.service, "ids": [int(each) for each in ids[last]]}
    )
    numbers = {each.id: each.number for each in found}
    late = cases.late
    return [(numbers[ids[each]], "late" if late[each] else "on time") for each in last]
