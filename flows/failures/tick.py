"""A round of the watch: every side looks and judges, findings are written, alerts are settled."""

import logging
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from flows import runs
from flows.failures import alerting, findings, gaps, heartbeat, keeping, late, undeclared, unseen
from flows.failures.side import OwnFault, Side
from flows.failures.sides import SIDES
from flows.hold import held
from models.environment.loader import Environment
from models.environment.secrets import redact
from models.errors import CouldNotRun, TerezeError

LOCK = 7_391_505
log = logging.getLogger(__name__)

_ROUND = """
    INSERT INTO watch_rounds (as_of, verdicts, changed, unseen)
    VALUES (:as_of, :verdicts, :changed, :unseen) ON CONFLICT (as_of) DO NOTHING
"""


@dataclass
class Report:
    """What a round did. `unseen` are the sides that could not look, each with the reason;
    `own_faults` those of them that met a fault of our own network.

    `by_the_clock` says that the moment was now: jobs run by the clock on the wall, so a moment
    of one's own says nothing of them. `replay` says that the moment lies before the last round:
    then nothing was looked at and nothing written. `gap` tells of the time before in which
    nobody looked. `heartbeat` is `sent`, or why it could not be; None where none is asked for or
    the round was not good.
    """

    as_of: datetime
    by_the_clock: bool = True
    replay: bool = False
    verdicts: int = 0
    changed: int = 0
    fired: int = 0
    resolved: int = 0
    held_back: int = 0
    unseen: dict[str, str] = field(default_factory=dict)
    own_faults: list[str] = field(default_factory=list)
    gap: str | None = None
    heartbeat: str | None = None


def tick(
    engine: Engine,
    environment: Environment,
    *,
    as_of: datetime | None = None,
    actor: str,
    sides: Sequence[Side] = SIDES,
) -> Report:
    """Look at every system from every side, as of now or as of a moment.

    The verdicts of a side are written in one transaction; a side that fails is a finding, and
    stops no other. The alerts are settled at the end: what a killed round left, the next does.

    Raises:
        CouldNotRun: another round of this environment is going on.
    """
    moment = as_of or datetime.now(UTC)
    with held(engine, LOCK, environment.name) as ours:
        if not ours:
            raise CouldNotRun(
                f"Watching the systems of {environment.name}",
                "another round is going on",
                "Wait for it to end; the round that runs now sees the same systems",
            )
        last = _last(engine)
        if last is not None and moment < last:
            return Report(moment, as_of is None, replay=True)
        report = Report(moment, as_of is None)
        _sides(engine, environment, sides, report, actor)
        with engine.begin() as connection:
            _conclude(connection, environment, sides, last, report, actor)
    if not report.unseen:
        report.heartbeat = heartbeat.send(environment.settings.failures.heartbeat)
    return report


def _last(engine: Engine) -> datetime | None:
    with engine.connect() as connection:
        last: datetime | None = connection.execute(
            text("SELECT max(as_of) FROM watch_rounds")
        ).scalar()
    return last


def _sides(
    engine: Engine, environment: Environment, sides: Sequence[Side], report: Report, actor: str
) -> None:
    """Let every side look, all at the same time, and judge, one after another."""
    with ThreadPoolExecutor(max(1, len(sides))) as pool:
        looks = [pool.submit(side.look, engine, environment, report.as_of) for side in sides]
        for side, look in zip(sides, looks, strict=True):
            try:
                _looked(side, look, report)
                with engine.begin() as connection:
                    verdicts = side.judge(connection, environment, report.as_of)
                    report.changed += findings.write(
                        connection, environment, side.name, verdicts, report.as_of, actor
                    )
                report.verdicts += len(verdicts)
            except Exception as error:  # sides are isolated: what goes wrong is a finding
                report.unseen[side.name] = _reason(side, error)


def _looked(side: Side, look: Future[None], report: Report) -> None:
    """Wait for a look; one that met a fault of ours is told so, and judged all the same."""
    try:
        look.result()
    except OwnFault as fault:
        report.unseen[side.name] = redact(str(fault))
        report.own_faults.append(side.name)


def _reason(side: Side, error: Exception) -> str:
    if isinstance(error, TerezeError):
        return redact(str(error))
    if isinstance(error, DBAPIError):
        log.warning("The side %s: %s", side.name, redact(str(error.orig)))
        return f"the database refused ({redact(str(error.orig)).strip()})"
    log.exception("The side %s met what nobody foresaw", side.name, exc_info=error)
    return f"a fault in Tereze ({type(error).__name__}); the log has more"


def _conclude(
    connection: Connection,
    environment: Environment,
    sides: Sequence[Side],
    last: datetime | None,
    report: Report,
    actor: str,
) -> None:
    """Findings about the watch itself, the alerts of all, and the record of the round."""
    past = []
    if (gap := gaps.find(connection, environment, last, report.as_of)) is not None:
        past.append(findings.write_past(connection, environment, gap, report.as_of, actor))
        report.gap = gap.sentence
    names = [side.name for side in sides]
    looked = [name for name in names if name not in report.unseen]
    confirm = environment.settings.failures.confirm
    sides_seen = unseen.Sides(report.unseen, report.own_faults, looked)
    verdicts = unseen.of_sides(connection, sides_seen, confirm, report.as_of)
    verdicts += undeclared.of_findings(connection, environment, names, report.as_of)
    if report.by_the_clock:
        runs.close_lost(connection)
        verdicts += late.of_jobs(connection, environment, report.as_of)
    report.changed += findings.write(
        connection, environment, gaps.WATCH, verdicts, report.as_of, actor
    )
    keeping.let_go(connection, environment, report.as_of, runs=report.by_the_clock)
    settled = alerting.settle(connection, environment, report.as_of, actor, past)
    report.fired, report.resolved = settled.fired, settled.resolved
    report.held_back = settled.held_back
    values = {
        "as_of": report.as_of,
        "verdicts": report.verdicts,
        "changed": report.changed,
        "unseen": len(report.unseen),
    }
    connection.execute(text(_ROUND), values)
