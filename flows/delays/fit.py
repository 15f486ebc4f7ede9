"""Standards that do not fit: terms that nearly all beat by far, or that half of all miss.

A proposal with figures, for whoever may change the standard; nothing is changed here.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, text

from models.environment.loader import Environment

SHARE = 0.95
"""The share that has to be done quickly for a term to be too long."""
HALF = 0.5
FEWEST = 100
"""Fewer cases prove nothing."""

Verdict = Literal["too_long", "too_short"]

# Working seconds of the case and of its term, stops left out, in the standard's own calendar: the
# term runs from the receipt to the due date, so both are counted from the same moment.
_CASES = """
    SELECT a.service, a.sub_type, a.channel, a.standard_id, s.term, s.unit,
        a.completed_at > a.due_at AS late,
        worked_until(k.name, a.completed_at) - worked_until(k.name, a.received_at) AS took,
        worked_until(k.name, a.due_at) - worked_until(k.name, a.received_at) AS allowed
    FROM applications a
    JOIN standards s ON s.id = a.standard_id AND s.unit IN ('working_days', 'calendar_days',
        'working_hours')
    LEFT JOIN channels h ON h.code = a.channel
    JOIN calendars k ON k.name = coalesce(s.calendar, h.calendar, :calendar)
    WHERE a.completed_at >= :since AND a.completed_at <= :moment AND a.due_at IS NOT NULL
      AND (CAST(:region AS text) IS NULL OR a.region = :region)
      AND NOT EXISTS (SELECT FROM clock_stops c
                      WHERE c.system = a.system AND c.number = a.number)
"""

_FIT = f"""
    SELECT standard_id, service, term, unit, count(*) AS cases,
        avg(late::int)::float8 AS late,
        (percentile_cont({SHARE}) WITHIN GROUP (ORDER BY took))::float8 AS took,
        (percentile_cont(0.5) WITHIN GROUP (ORDER BY took))::float8 AS median,
        (percentile_cont(0.5) WITHIN GROUP (ORDER BY allowed))::float8 AS allowed,
        avg((took * 3 <= allowed)::int)::float8 AS quick
    FROM ({_CASES}) c GROUP BY standard_id, service, term, unit
    HAVING count(*) >= :fewest
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
    rows = connection.execute(text(f"{_FIT} ORDER BY cases DESC, service"), values)
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
        if row.quick >= SHARE or row.late >= HALF
    ]
