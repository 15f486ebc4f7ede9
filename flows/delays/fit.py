"""Standards that do not fit: terms that nearly all beat by far, or that half of all miss.

A proposal with figures, for whoever may change the standard; nothing is changed here.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, text

from flows.delays.clocks.slots import CALENDARS, SLOTS, second_sql, slot_sql, worked_sql
from models.environment.loader import Environment

SHARE = 0.95
"""The share that has to be done quickly for a term to be too long."""
HALF = 0.5
FEWEST = 100
"""Fewer cases prove nothing."""

Verdict = Literal["too_long", "too_short"]

_DONE = """
    a.completed_at >= :since AND a.completed_at <= :moment AND a.due_at IS NOT NULL
    AND (CAST(:region AS text) IS NULL OR a.region = :region)
"""

# What the slots of working time are made for: all moments of all cases, in every calendar.
_BOUNDS = f"""
    SELECT k.place, b.* FROM clock_calendars k CROSS JOIN (
        SELECT min(least(a.received_at, a.due_at)) AS received_at,
            max(greatest(a.completed_at, a.due_at)) AS ended_at
        FROM applications a WHERE {_DONE}
    ) b
"""

_CASES = f"""
    SELECT a.standard_id, a.service, k.place, a.completed_at > a.due_at AS late,
        {second_sql("a.received_at")} AS received, {second_sql("a.completed_at")} AS completed,
        {second_sql("a.due_at")} AS due
    FROM applications a
    JOIN standards s ON s.id = a.standard_id AND s.unit IN ('working_days', 'calendar_days',
        'working_hours')
    LEFT JOIN channels h ON h.code = a.channel
    JOIN clock_calendars k ON k.name = coalesce(s.calendar, h.calendar, :calendar)
    WHERE {_DONE}
      AND NOT EXISTS (SELECT FROM clock_stops c
                      WHERE c.system = a.system AND c.number = a.number)
    OFFSET 0
"""

# Working seconds of the case and of its term, stops left out, in the standard's own calendar: the
# term runs from the receipt to the due date, so both are counted from the same moment.
_WORKED = f"""
    SELECT c.standard_id, c.service, c.late,
        {worked_sql("c.completed", "e")} - {worked_sql("c.received", "b")} AS took,
        {worked_sql("c.due", "d")} - {worked_sql("c.received", "b")} AS allowed
    FROM ({_CASES}) c
    JOIN clock_slots b ON b.slot = {slot_sql("c.received", "c.place")}
    JOIN clock_slots e ON e.slot = {slot_sql("c.completed", "c.place")}
    JOIN clock_slots d ON d.slot = {slot_sql("c.due", "c.place")}
"""

# Nearly all standards fit, and only of the others the middle and the slowest are looked for.
_FIT = f"""
    WITH clock_calendars AS ({CALENDARS}),
    splitting AS ({_BOUNDS}),
    clock_slots AS MATERIALIZED ({SLOTS}),
    worked AS MATERIALIZED ({_WORKED}),
    unfit AS (
        SELECT standard_id, service, count(*) AS cases, avg(late::int)::float8 AS late,
            avg((took * 3::bigint <= allowed)::int)::float8 AS quick
        FROM worked GROUP BY standard_id, service
        HAVING count(*) >= :fewest AND (avg(late::int)::float8 >= {HALF}
            OR avg((took * 3::bigint <= allowed)::int)::float8 >= {SHARE})
    )
    SELECT u.*, s.term, s.unit, w.took[1] AS took, w.took[2] AS median, w.allowed
    FROM unfit u JOIN standards s ON s.id = u.standard_id JOIN (
        SELECT standard_id, service,
            percentile_cont(ARRAY[{SHARE}, 0.5]) WITHIN GROUP (ORDER BY took) AS took,
            percentile_cont(0.5) WITHIN GROUP (ORDER BY allowed) AS allowed
        FROM worked JOIN unfit USING (standard_id, service) GROUP BY standard_id, service
    ) w ON (w.standard_id, w.service) = (u.standard_id, u.service)
    ORDER BY u.cases DESC, u.service
"""


@dataclass(frozen=True)
class Proposal:
    """A standard, what is wrong with it, and the figures; hours are working hours.

    `quick` is the share done in a third of the term, `late` the share done after it. `hours` is
    what 95 of 100 cases took at most, `median` what half of them took, `allowed` the usual term.
    """

    standard: int
    service: str
    term: int
    unit: str
    verdict: Verdict
    cases: int
    quick: float
    late: float
    hours: float
    median: float
    allowed: float
    since: datetime
    until: datetime

    @property
    def sentence(self) -> str:
        """The proposal in words."""
        if self.verdict == "too_long":
            return (
                f"{self.quick:.0%} of {self.cases:,} cases were done in a third of the term"
                f" of {self.term} {self.unit.replace('_', ' ')}: 95 of 100 took at most"
                f" {self.hours:.1f} of {self.allowed:.1f} working hours; shorten it"
            )
        return (
            f"{self.late:.0%} of {self.cases:,} cases missed the term of {self.term}"
            f" {self.unit.replace('_', ' ')}: half took more than {self.median:.1f} of"
            f" {self.allowed:.1f} working hours; change the term or the work"
        )


def proposals(
    connection: Connection,
    environment: Environment,
    since: datetime,
    moment: datetime,
    fewest: int = FEWEST,
    region: str | None = None,
) -> list[Proposal]:
    """Standards that do not fit what was completed from `since` to `moment`, most cases first.

    Cases whose clock was stopped are left out: their time says nothing about the term. Of one
    region where it is given.
    """
    values = {
        "since": since,
        "moment": moment,
        "fewest": fewest,
        "region": region,
        "calendar": environment.settings.calendar,
    }
    rows = connection.execute(text(_FIT), values)
    return [
        Proposal(
            standard=row.standard_id,
            service=row.service,
            term=row.term,
            unit=row.unit,
            verdict="too_short" if row.late >= HALF else "too_long",
            cases=row.cases,
            quick=row.quick,
            late=row.late,
            hours=row.took / 3600,
            median=row.median / 3600,
            allowed=row.allowed / 3600,
            since=since,
            until=moment,
        )
        for row in rows
    ]
