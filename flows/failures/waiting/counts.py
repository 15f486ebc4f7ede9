"""Who waits because of a system, and how many standards will be breached by when if it lasts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from flows.delays.looking import Look, looks
from flows.failures.waiting.horizons import horizons
from flows.failures.waiting.reach import reach
from models.environment.loader import Environment

FIRST = 20
"""So many applications are named, those due first."""

# Whoever waits has a row here: open applications. A person is told from others by a digest.
_WAITING = """
    CREATE TEMP TABLE waiting ON COMMIT DROP AS
    SELECT a.system, a.number, a.service, a.region, a.received_at, a.due_at,
        hashtextextended(coalesce(a.applicant, a.system || '/' || a.number), 0) AS person,
        CASE WHEN a.due_at IS NULL THEN
                 CASE WHEN a.standard_id IS NULL THEN 'unknown' ELSE 'stopped' END
             WHEN a.due_at < l.until THEN 'overdue'
             WHEN a.due_at < :moment THEN 'unsure'
             ELSE 'running' END AS clock
    FROM applications a
    LEFT JOIN (SELECT * FROM unnest(CAST(:seen AS text[]), CAST(:untils AS timestamptz[])))
        AS l (system, until) ON l.system = a.system
    WHERE (a.system = ANY(:systems) OR a.service = ANY(:services))
      AND a.received_at <= :moment AND (a.completed_at IS NULL OR a.completed_at > :moment)
"""
# Few have applied more than once: they are found once, and only they are told apart afterwards.
_REPEATED = """
    CREATE TEMP TABLE repeated ON COMMIT DROP AS
    SELECT person, count(*) - 1 AS more FROM waiting GROUP BY person HAVING count(*) > 1
"""
_TOTALS = """
    SELECT count(*) AS applications, min(received_at) AS oldest,
        (count(*) - coalesce((SELECT sum(more) FROM repeated), 0))::bigint AS people,
        count(*) FILTER (WHERE clock = 'overdue') AS overdue,
        count(*) FILTER (WHERE clock = 'unsure') AS unsure,
        count(*) FILTER (WHERE clock = 'stopped') AS stopped,
        count(*) FILTER (WHERE clock = 'unknown') AS unknown,
        {by_then}
    FROM waiting
"""
_BY_THEN = "count(*) FILTER (WHERE clock = 'running' AND due_at <= :{code}) AS {code}"
_SYSTEMS = "SELECT system FROM waiting GROUP BY system"
_GROUPS = """
    SELECT w.service, w.region, w.applications, w.applications - coalesce(r.more, 0) AS people,
        w.overdue, w.first_due, w.oldest
    FROM (SELECT service, region, count(*) AS applications, min(due_at) AS first_due,
              count(*) FILTER (WHERE clock = 'overdue') AS overdue, min(received_at) AS oldest
          FROM waiting GROUP BY service, region) w
    LEFT JOIN (SELECT service, region, count(*) - count(DISTINCT person) AS more
               FROM waiting JOIN repeated USING (person) GROUP BY service, region) r
      ON r.service = w.service AND coalesce(r.region, '') = coalesce(w.region, '')
     AND (r.region IS NULL) = (w.region IS NULL)
    ORDER BY w.applications DESC, w.service, w.region
"""
_FIRST = """
    SELECT system, number, service, region, received_at, due_at, clock
    FROM waiting ORDER BY due_at NULLS LAST, received_at, system, number LIMIT :first
"""


@dataclass(frozen=True)
class Due:
    """So many terms end by `until` unless something changes, those over already left out."""

    code: str
    until: datetime
    breaches: int


@dataclass(frozen=True)
class Group:
    """Those who wait for one service in one region; a person in two groups counts in both."""

    service: str
    region: str | None
    applications: int
    people: int
    overdue: int
    first_due: datetime | None
    oldest: datetime


@dataclass(frozen=True)
class Open:
    """An application that waits; `clock` is running, overdue, unsure, stopped or unknown."""

    system: str
    number: str
    service: str
    region: str | None
    received_at: datetime
    due_at: datetime | None
    clock: str


@dataclass(frozen=True)
class Waiting:
    """Who waits because of `system`, as of `moment`.

    `as_of` is the moment up to which all systems with these applications were looked at; None
    where one never was. What came due after it may have been done unseen: it is `unsure`, not
    `overdue`. `stopped` clocks and applications without a known term (`unknown`) have no due
    date. `by` counts what comes due from `moment` on, each line with the one before in it.
    `people` are different applicants; an application that names nobody counts as one.
    """

    system: str
    moment: datetime
    as_of: datetime | None
    systems: tuple[str, ...]
    applications: int
    people: int
    oldest: datetime | None
    overdue: int
    unsure: int
    stopped: int
    unknown: int
    by: tuple[Due, ...]
    groups: tuple[Group, ...] = field(default=())
    first: tuple[Open, ...] = field(default=())
    not_looked_at: tuple[str, ...] = field(default=())


def waiting(
    connection: Connection, environment: Environment, system: str, moment: datetime
) -> Waiting:
    """Count who waits, in the caller's transaction (temporary tables are made and dropped).

    Reads the applications once: a second for a million of them.

    Raises:
        CouldNotRun: the calendar does not reach a week beyond `moment`.
    """
    behind = reach(environment, system)
    found = looks(connection, environment, moment)
    ahead = horizons(connection, environment, moment)
    values = {
        "systems": list(behind.systems),
        "services": list(behind.services),
        "seen": [look.system for look in found],
        "untils": [look.until for look in found],
        "moment": moment,
    }
    connection.execute(text(_WAITING), values)
    connection.execute(text(_REPEATED))
    by_then = ", ".join(_BY_THEN.format(code=each.code) for each in ahead)
    ends = {each.code: each.until for each in ahead}
    totals = connection.execute(text(_TOTALS.format(by_then=by_then)), ends).mappings().one()
    systems = set(behind.systems)
    if behind.services:  # by their services, those of other systems may wait, too
        systems |= set(connection.execute(text(_SYSTEMS)).scalars())
    groups = connection.execute(text(_GROUPS)).mappings().all()
    first = connection.execute(text(_FIRST), {"first": FIRST}).mappings().all()
    connection.execute(text("DROP TABLE waiting, repeated"))
    zone = ZoneInfo(environment.settings.timezone)
    concerned = [look for look in found if look.system in systems]
    return Waiting(
        system=system,
        moment=moment,
        as_of=_as_of(concerned, moment),
        systems=behind.systems,
        by=tuple(Due(each.code, each.until, totals[each.code]) for each in ahead),
        groups=tuple(Group(**row) for row in groups),
        first=tuple(Open(**row) for row in first),
        not_looked_at=tuple(each.sentence(moment, zone) for each in concerned if each.stale),
        **{name: totals[name] for name in _COUNTED},
    )


_COUNTED = ("applications", "people", "oldest", "overdue", "unsure", "stopped", "unknown")


def _as_of(concerned: Sequence[Look], moment: datetime) -> datetime | None:
    untils = [look.until for look in concerned]
    known = [until for until in untils if until is not None]
    return min([moment, *known]) if len(known) == len(untils) else None
