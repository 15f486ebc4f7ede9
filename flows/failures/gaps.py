"""Gaps in our own looking: from when to when nobody looked at the systems, and why."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from croniter import croniter
from sqlalchemy import Connection, text

from flows.failures.alerting import GAP
from flows.failures.transitions import Known
from models.environment.dependencies import OURS
from models.environment.loader import Environment

WATCH = "watch"
JOB = "failures"
MISSED = 3
"""So many turns of a schedule without a run are a gap."""

# The newest tells most: what failed first may have been repaired meanwhile.
_RUNS = """
    SELECT state, sentence FROM job_runs
    WHERE job = :job AND state IN ('failed', 'lost', 'cancelled')
      AND started_at > :last AND started_at < :moment
    ORDER BY started_at DESC, id DESC
"""
_LONG = """
    SELECT ended_at FROM job_runs
    WHERE job = :job AND state = 'completed' AND started_at <= :last AND ended_at > :missed
      AND ended_at <= :moment ORDER BY ended_at DESC LIMIT 1
"""
_OTHERS = """
    SELECT count(*) FROM job_runs
    WHERE job <> :job AND started_at > :last AND started_at < :moment
"""


def missed_after(cron: str, timezone: str, last: datetime) -> datetime:
    """The turn of the schedule by which a job that last ran then has missed three."""
    turns = croniter(cron, last.astimezone(ZoneInfo(timezone)))
    times: list[datetime] = [turns.get_next(datetime) for _ in range(MISSED)]
    return times[-1]


def find(
    connection: Connection, environment: Environment, last: datetime | None, moment: datetime
) -> Known | None:
    """The gap between the last round and this one, over by now; None where there is none."""
    settings = environment.settings
    if last is None:
        return None
    missed = missed_after(settings.failures.tick, settings.timezone, last)
    if moment <= missed:
        return None
    why = _why(connection, environment, last, missed, moment)
    zone = ZoneInfo(settings.timezone)
    return Known(
        kind="not_looked_at",
        system=OURS,
        subject=WATCH,
        side=WATCH,
        state="over",
        severity="warning",
        reason=GAP,
        sentence=f"Not looked at from {span(last, moment, zone)}, because {why}",
        numbers={"seconds": (moment - last).total_seconds()},
        began_at=last,
        found_at=moment,
        confirmed_at=moment,
        ended_at=moment,
        looked_until=moment,
    )


def span(begins: datetime, ends: datetime, zone: ZoneInfo) -> str:
    """`2026-05-04 02:10 to 02:40` in local time; with both dates where they differ."""
    one, other = begins.astimezone(zone), ends.astimezone(zone)
    last = f"{other:%H:%M}" if one.date() == other.date() else f"{other:%Y-%m-%d %H:%M}"
    return f"{one:%Y-%m-%d %H:%M} to {last}"


def _why(
    connection: Connection,
    environment: Environment,
    last: datetime,
    missed: datetime,
    moment: datetime,
) -> str:
    values = {"job": JOB, "last": last, "missed": missed, "moment": moment}
    runs = connection.execute(text(_RUNS), values).all()
    if runs:
        reason = runs[0].sentence or runs[0].state
        return f"{len(runs)} round(s) did not come to their end, the last: {reason}"
    ended = connection.execute(text(_LONG), values).scalar()
    if ended is not None:
        local = ended.astimezone(ZoneInfo(environment.settings.timezone))
        return f"the round before took until {local:%H:%M}"
    if connection.execute(text(_OTHERS), values).scalar_one():
        return "the watch was not started, though other jobs ran"
    return "Tereze was not running"


def tolerated(cron: str, timezone: str, moment: datetime) -> timedelta:
    """How long three turns of a schedule take about then."""
    return missed_after(cron, timezone, moment) - moment
