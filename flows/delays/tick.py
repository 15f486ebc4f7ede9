"""The check of the delays: what became at risk, overdue or late since the last one, once each."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, text

from flows.alerts import breaches as breach_alerts
from flows.delays import breaches
from flows.delays.forecast.follow import follow
from flows.delays.forecast.score import ScoreReport, score
from flows.delays.lock import hold
from flows.delays.looking import Look, looks
from flows.delays.past import as_of_sql
from flows.delays.timeliness import reason_sql, state_sql
from models import trail
from models.environment.loader import Environment

LOCK = 7_391_502

# The usual default is a disk that turns: by it, all applications are read to find ten thousand.
_BY_INDEX = "SET LOCAL random_page_cost = 1.1"

# What could have changed by now; a system is judged only as far as it was looked at.
_JUDGE = f"""
    CREATE TEMP TABLE judged ON COMMIT DROP AS
    SELECT a.system, a.number, a.timeliness AS was, j.became,
        {reason_sql("a", "j.became")} AS reason,
        a.due_at, a.completed_at, l.until
    FROM applications a
    JOIN (SELECT * FROM unnest(CAST(:systems AS text[]), CAST(:untils AS timestamptz[])))
        AS l (system, until) ON l.system = a.system
    CROSS JOIN LATERAL (SELECT {state_sql("a", "l.until")} AS became) j
    WHERE a.next_look_at <= l.until AND a.received_at <= l.until
"""

# The state may be another at the next of these moments; after the last one, only by new data.
_WRITE = """
    UPDATE applications a SET timeliness = j.became, judged_at = j.until, next_look_at = least(
        CASE WHEN a.completed_at > j.until THEN a.completed_at END,
        CASE WHEN a.completed_at IS NULL OR a.completed_at > j.until THEN CASE
            WHEN a.at_risk_at > j.until THEN a.at_risk_at
            WHEN a.due_at >= j.until THEN a.due_at + interval '1 microsecond' END END)
    FROM judged j WHERE a.system = j.system AND a.number = j.number
"""

_CHANGES = """
    CREATE TEMP TABLE judged_now ON COMMIT DROP AS
    SELECT system, number, was, became, reason, due_at, completed_at FROM judged
    WHERE was IS DISTINCT FROM became
"""

_HISTORY = """
    INSERT INTO timeliness_changes (system, number, was, became, reason, due_at, as_of)
    SELECT system, number, was, became, reason, due_at, :as_of FROM judged_now
"""


@dataclass(frozen=True)
class CheckReport:
    """What a check found; `counts` are all applications by state as of then.

    `replay` says that the moment lies before the last check: then nothing was written.
    """

    as_of: datetime
    replay: bool
    judged: int = 0
    changed: int = 0
    breaches_opened: int = 0
    breaches_closed: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    not_looked_at: list[str] = field(default_factory=list)
    forecast: ScoreReport | None = None


def check(
    engine: Engine,
    environment: Environment,
    *,
    as_of: datetime | None = None,
    actor: str,
    count: bool = True,
) -> CheckReport:
    """Judge what may have changed, as of now or as of a moment, in one transaction.

    Costs by what changed, not by history (but for `count`, which counts all applications).
    A moment before the last check is replayed: reported, and nothing written.

    Raises:
        CouldNotRun: another check of this environment is going on.
    """
    moment = as_of or datetime.now(UTC)
    with engine.begin() as connection:
        hold(connection, environment, LOCK, tried="Checking the delays", going_on="check")
        last = connection.execute(text("SELECT max(as_of) FROM ticks")).scalar()
        replay = last is not None and moment < last
        found = looks(connection, environment, moment)
        report = None if replay else _judge(connection, environment, moment, found, actor)
    forecast = None if replay else score(engine, environment, moment, found)
    with engine.connect() as connection:
        counts = _counts(connection, environment, moment) if count or replay else {}
    stale = [
        look.sentence(moment, ZoneInfo(environment.settings.timezone))
        for look in found
        if look.stale
    ]
    base = report or CheckReport(moment, replay=True)
    return CheckReport(
        moment,
        replay,
        base.judged,
        base.changed,
        base.breaches_opened,
        base.breaches_closed,
        counts,
        stale,
        forecast,
    )


def _judge(
    connection: Connection,
    environment: Environment,
    moment: datetime,
    found: list[Look],
    actor: str,
) -> CheckReport:
    seen = [look for look in found if look.until is not None]
    connection.execute(text(_BY_INDEX))
    connection.execute(
        text(_JUDGE),
        {"systems": [look.system for look in seen], "untils": [look.until for look in seen]},
    )
    judged = connection.execute(text(_WRITE)).rowcount
    follow(connection)
    connection.execute(text(_CHANGES))
    changed = connection.execute(text(_HISTORY), {"as_of": moment}).rowcount
    opened, closed = breaches.write(connection, moment)
    breach_alerts.from_judgement(connection, environment.settings, moment)
    breaches.tell_what_was_not_looked_at(connection, environment, found, moment, actor)
    connection.execute(
        text("""
            INSERT INTO ticks (as_of, ended_at, judged, changed)
            VALUES (:as_of, clock_timestamp(), :judged, :changed)
        """),
        {"as_of": moment, "judged": judged, "changed": changed},
    )
    if changed:
        trail.record(
            connection,
            actor=actor,
            action="delays.checked",
            subject=environment.name,
            details={
                "as_of": moment.isoformat(),
                "changed": changed,
                "breaches_opened": opened,
                "breaches_closed": closed,
            },
        )
    return CheckReport(moment, False, judged, changed, opened, closed)


def _counts(connection: Connection, environment: Environment, moment: datetime) -> dict[str, int]:
    rows = connection.execute(
        text(f"SELECT state, count(*) AS n FROM {as_of_sql(environment)} t GROUP BY state"),
        {"as_of": moment},
    )
    return {row.state: row.n for row in rows}
