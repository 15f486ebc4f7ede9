"""Jobs of ours that did not run, or not to their end, in the time of three turns of a schedule."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, text

from flows.failures.alerting import GAP
from flows.failures.gaps import JOB, MISSED, WATCH, missed_after
from flows.failures.verdict import Verdict
from flows.schedules import Turn, turns
from models.environment.dependencies import OURS
from models.environment.loader import Environment

# A pull that failed has looked: the data say what it met. Of other jobs only a whole run counts.
_LAST = """
    SELECT t.job, t.subject, ran.started_at AS ran, failed.sentence AS failed_by
    FROM unnest(CAST(:jobs AS text[]), CAST(:subjects AS text[])) AS t (job, subject)
    LEFT JOIN LATERAL (
        SELECT started_at FROM job_runs
        WHERE job = t.job AND subject = t.subject AND started_at <= :moment
          AND (state = 'completed' OR t.subject <> '')
        ORDER BY started_at DESC LIMIT 1
    ) AS ran ON true
    LEFT JOIN LATERAL (
        SELECT coalesce(sentence, state) AS sentence FROM job_runs
        WHERE job = t.job AND subject = t.subject AND started_at <= :moment
          AND started_at > coalesce(ran.started_at, '-infinity') AND state IN ('failed', 'lost')
        ORDER BY started_at DESC LIMIT 1
    ) AS failed ON true
"""
# After a gap of the watch every job is late; the gap tells so, and they get their time again.
_WATCHING = """
    SELECT greatest((SELECT min(as_of) FROM watch_rounds),
                    (SELECT max(ended_at) FROM findings WHERE kind = 'not_looked_at'
                     AND system = :system AND subject = :subject AND reason = :reason))
"""


@dataclass(frozen=True)
class _Clock:
    """The moment that is judged, since when the watch has gone on, and the environment's zone."""

    moment: datetime
    watching: datetime
    timezone: str

    def late(self, cron: str, since: datetime) -> bool:
        return self.moment > missed_after(cron, self.timezone, since)

    def local(self, moment: datetime) -> str:
        return f"{moment.astimezone(ZoneInfo(self.timezone)):%Y-%m-%d %H:%M}"


def of_jobs(connection: Connection, environment: Environment, moment: datetime) -> list[Verdict]:
    """What is so about each job with a schedule, but the watch itself: of that tell the gaps.

    The pulls of a source are told of the source's system, other jobs of Tereze. A job is late
    only once the watch itself has gone on for as long.
    """
    listed = {(turn.job, turn.subject): turn for turn in turns(environment) if turn.job != JOB}
    values = {"jobs": [job for job, _ in listed], "subjects": [subject for _, subject in listed]}
    rows = connection.execute(text(_LAST), {**values, "moment": moment}).all()
    gap = {"system": OURS, "subject": WATCH, "reason": GAP}
    watching = connection.execute(text(_WATCHING), gap).scalar() or moment
    clock = _Clock(moment, watching, environment.settings.timezone)
    found = (_verdict(environment, listed[row.job, row.subject], row, clock) for row in rows)
    return [verdict for verdict in found if verdict is not None]


def _verdict(environment: Environment, turn: Turn, last: Row[Any], clock: _Clock) -> Verdict | None:
    if last.ran is not None and not clock.late(turn.cron, last.ran):
        return _said(environment, turn, clock, None, last.ran, "runs")
    if not clock.late(turn.cron, max(last.ran or clock.watching, clock.watching)):
        return None
    name = f"The job {_name(turn)}"
    words = f"{name} has not run since {clock.local(last.ran or clock.watching)}"
    if last.ran is None:
        words = f"{name} has never run, and is watched since {clock.local(clock.watching)}"
    reason = "did_not_run"
    if last.failed_by is not None:
        since = f"since {clock.local(last.ran)}" if last.ran else "yet"
        words = f"{name} has not come to its end {since}; its last run said: {last.failed_by}"
        reason = "failed"
    return _said(environment, turn, clock, words, last.ran or clock.watching, reason)


def _said(
    environment: Environment,
    turn: Turn,
    clock: _Clock,
    words: str | None,
    since: datetime,
    reason: str,
) -> Verdict:
    source = environment.sources.get(turn.subject)
    return Verdict(
        kind="not_looked_at",
        system=source.system if source else OURS,
        subject=f"source:{turn.subject}" if source else f"job:{turn.job}",
        level="good" if words is None else "confirmed",
        at=clock.moment,
        since=since,
        reason=reason,
        sentence=words or f"The job {_name(turn)} runs",
        numbers={} if words is None else {"missed_at_least": MISSED},
    )


def _name(turn: Turn) -> str:
    return f"{turn.job} of {turn.subject}" if turn.subject else turn.job
