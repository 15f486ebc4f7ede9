"""When each step would end: by the lawful term, and as similar steps usually did."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from flows.delays.due_dates import due_sql
from flows.register.in_force import resolve
from models.environment.loader import Environment

PAST = 500
"""So many of the last steps of a kind are looked at."""
ENOUGH = 5
"""Fewer say nothing about how long it usually takes."""
_RELATION = "dry_run_now"
_ROWS = f"""
    CREATE TEMP TABLE {_RELATION} ON COMMIT DROP AS
    SELECT 'dry run' AS system, r.step AS number, r.service, r.sub_type, :channel AS channel,
        r.at AS received_at, NULL::timestamptz AS completed_at, NULL::timestamptz AS given_due_at
    FROM jsonb_to_recordset(CAST(:rows AS jsonb))
        AS r (step text, service text, sub_type text, at timestamptz)
"""
_DUE = f"""
    SELECT d.number, d.due_at, d.term, d.unit
    FROM {due_sql(_RELATION, columns=("number", "term", "unit"))} d
"""
_TYPICAL = f"""
    SELECT w.step, count(*) AS past, percentile_cont(0.5) WITHIN GROUP (ORDER BY s.took) AS took
    FROM unnest(CAST(:steps AS text[])) AS w (step)
    CROSS JOIN LATERAL (
        SELECT s.ended_at - s.began_at AS took
        FROM composite_steps s JOIN composite_applications a ON a.id = s.application
        WHERE a.composite = :composite AND s.step = w.step AND s.state IN ('done', 'refused')
          AND s.ended_at <= :moment
        ORDER BY s.application DESC LIMIT {PAST}
    ) s GROUP BY w.step
"""
# What comes after closing, or on a free day, is of the next working day (DOMAIN.md).
_CASE = """
    SELECT d.closes_at FROM calendar_days d
    WHERE d.calendar = :calendar AND d.working AND d.ordinal = :days + (
        SELECT f.ordinal FROM calendar_days f
        WHERE f.calendar = :calendar AND f.working AND f.closes_at >= :at ORDER BY f.day LIMIT 1)
"""
_WORKED = """
    SELECT max(ordinal) FILTER (WHERE day <= (CAST(:end AS timestamptz) AT TIME ZONE :zone)::date)
        - max(ordinal) FILTER (WHERE day <= (CAST(:begin AS timestamptz) AT TIME ZONE :zone)::date)
    FROM calendar_days WHERE calendar = :calendar
"""


@dataclass(frozen=True)
class Wanted:
    """A service that would be applied for at a moment."""

    step: str
    service: str
    sub_type: str | None
    at: datetime


@dataclass(frozen=True)
class Term:
    """When a term ends, and what it is: so many of a unit."""

    due_at: datetime
    term: int
    unit: str


@dataclass(frozen=True)
class Typical:
    """How long steps of a kind took, at the median, and of how many that is."""

    past: int
    took: timedelta


def lawful(
    connection: Connection, environment: Environment, wanted: Sequence[Wanted], channel: str | None
) -> dict[str, Term]:
    """The end of each service's term by the standard in force; those without one are left out."""
    connection.execute(text(f"DROP TABLE IF EXISTS {_RELATION}"))
    rows = [
        {"step": each.step, "service": each.service, "sub_type": each.sub_type,
         "at": each.at.isoformat()}
        for each in wanted
    ]  # fmt: skip
    values = {"rows": json.dumps(rows), "channel": channel}
    connection.execute(text(_ROWS), values)
    resolve(connection, environment, f"(SELECT * FROM {_RELATION})")
    found = connection.execute(text(_DUE)).all()
    return {
        row.number: Term(row.due_at, row.term, row.unit)
        for row in found
        if row.due_at is not None and row.term is not None
    }


def typical(
    connection: Connection, composite: str, steps: Sequence[str], moment: datetime
) -> Mapping[str, Typical]:
    """How long each step usually takes, where enough of them have ended."""
    values = {"composite": composite, "steps": list(steps), "moment": moment}
    rows = connection.execute(text(_TYPICAL), values)
    return {row.step: Typical(row.past, row.took) for row in rows if row.past >= ENOUGH}


def working_days_on(
    connection: Connection, environment: Environment, at: datetime, days: int
) -> datetime | None:
    """The close of business so many working days after a moment; null beyond the calendar."""
    calendar = environment.settings.calendar
    values = {"calendar": calendar, "at": at, "days": days}
    return connection.execute(text(_CASE), values).scalar()


def working_days_between(
    connection: Connection, environment: Environment, begin: datetime, end: datetime
) -> int:
    """Working days after the day of `begin`, up to and with the day of `end`."""
    settings = environment.settings
    values = {
        "begin": begin,
        "end": end,
        "zone": settings.timezone,
        "calendar": settings.calendar,
    }
    return int(connection.execute(text(_WORKED), values).scalar() or 0)
