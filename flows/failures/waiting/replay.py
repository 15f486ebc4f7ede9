"""What is to be done again once a system is back: pulls that were missed, rows that were held."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from croniter import croniter
from sqlalchemy import Connection, text

from flows.failures.waiting.finding import Known
from flows.failures.waiting.reach import reach
from flows.ingest.order import in_order
from models.environment.loader import Environment

_SOURCES = """
    SELECT s.source, t.looked_until,
        coalesce(t.looked_until >= CAST(:ended AS timestamptz), false) AS pulled_since,
        count(p.id) FILTER (WHERE p.state = 'failed') AS failed,
        count(p.id) FILTER (WHERE p.state = 'succeeded') AS succeeded, d.first_due
    FROM unnest(CAST(:sources AS text[])) AS s (source)
    LEFT JOIN source_states t ON t.source = s.source
    LEFT JOIN pulls p ON p.source = s.source AND p.kind = 'pull'
        AND p.started_at >= :began AND p.started_at < :until
    LEFT JOIN (SELECT source, min(due_at) AS first_due FROM applications
               WHERE completed_at IS NULL AND source = ANY(:sources) GROUP BY source) d
        ON d.source = s.source
    GROUP BY s.source, t.looked_until, d.first_due
"""
_HELD = """
    SELECT source, count(*) AS rows, array_agg(id ORDER BY id) AS ids FROM quarantine
    WHERE source = ANY(:sources) AND state = 'held' AND held_at >= :began AND held_at < :until
    GROUP BY source
"""

_EXCHANGES = """
    SELECT s.source, e.looked_until FROM unnest(CAST(:sources AS text[])) AS s (source)
    LEFT JOIN exchange_sources e ON e.source = s.source
    WHERE e.looked_until IS NULL OR e.looked_until < :until ORDER BY s.source
"""

Deed = Literal["pull", "release", "read"]


@dataclass(frozen=True)
class Step:
    """One thing to do again: pull a source, release what was held of it, or read exchanges.

    `why` says it in words. `first_due` is when the first term among the source's open
    applications ends, null where none has one. `rows` are the numbers of the held rows.
    """

    do: Deed
    source: str
    why: str
    first_due: datetime | None = None
    rows: tuple[int, ...] = ()


def plan(
    connection: Connection, environment: Environment, found: Known, moment: datetime
) -> list[Step]:
    """What the failure left undone, in the order in which it is to be done.

    Pulls come first, what others refer to before what refers to it, then by the first due date;
    then the rows that were held while it lasted, then exchanges that are not known yet. A source
    that was pulled well since the end is not named; while the failure lasts every source of the
    systems behind it is. One without a schedule is named only where a pull of it failed.
    """
    ranks = _ranks(environment, found.system)
    names = [name for rank in ranks for name in rank]
    values = {
        "sources": names,
        "began": found.began_at,
        "ended": found.ended_at,
        "until": found.ended_at or moment,
    }
    states = {row.source: row for row in connection.execute(text(_SOURCES), values)}
    held = {row.source: row for row in connection.execute(text(_HELD), values)}
    pulls = [
        Step("pull", name, _why(states[name].failed, states[name].succeeded), due)
        for rank in ranks
        for name, due in _by_due((name, states[name].first_due) for name in rank)
        if not states[name].pulled_since
        and (
            states[name].failed
            or states[name].succeeded
            or _had_a_turn(environment, name, found.began_at, found.ended_at or moment)
        )
    ]
    releases = [
        Step("release", name, f"{held[name].rows:,} rows held while it lasted",
             states[name].first_due, tuple(held[name].ids))
        for name in names if name in held
    ]  # fmt: skip
    return [*pulls, *releases, *_reads(connection, environment, found, moment)]


def _had_a_turn(environment: Environment, source: str, began_at: datetime, until: datetime) -> bool:
    schedule = environment.sources[source].schedule
    if schedule is None:
        return False
    local = began_at.astimezone(ZoneInfo(environment.settings.timezone))
    # The turn of the very moment in which it began counts, too.
    turn: datetime = croniter(schedule, local - timedelta(seconds=1)).get_next(datetime)
    return turn <= until


def _reads(
    connection: Connection, environment: Environment, found: Known, moment: datetime
) -> list[Step]:
    """Recorders of exchanges that were not read up to the end; they keep theirs for days only."""
    systems = reach(environment, found.system).systems
    recorders = environment.exchanges.sources.items()
    values = {
        "sources": [name for name, each in recorders if each.system in systems],
        "until": found.ended_at or moment,
    }
    zone = ZoneInfo(environment.settings.timezone)
    return [
        Step("read", row.source, _known_until(row.looked_until, zone))
        for row in connection.execute(text(_EXCHANGES), values)
    ]


def _known_until(moment: datetime | None, zone: ZoneInfo) -> str:
    if moment is None:
        return "its exchanges were never read"
    return f"its exchanges are known up to {moment.astimezone(zone):%Y-%m-%d %H:%M} only"


def _ranks(environment: Environment, system: str) -> list[list[str]]:
    systems = reach(environment, system).systems
    return in_order(each for each in environment.sources.values() if each.system in systems)


def _by_due(named: Iterable[tuple[str, datetime | None]]) -> list[tuple[str, datetime | None]]:
    return sorted(named, key=lambda each: each[1].timestamp() if each[1] else math.inf)


def _why(failed: int, succeeded: int) -> str:
    if failed:
        return f"{failed:,} of its pulls failed while it lasted"
    if succeeded:
        return "not pulled since the end, so what came late is missing"
    return "not pulled while it lasted nor since"
