"""What was found, held against what was told to happen."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, text

from benchmarks.study.kinds import KINDS
from benchmarks.study.plan import Incident

LINGERS = timedelta(days=1)
"""A finding may come so long after a failure was over: the next pull tells of the past."""

NOISY, ANNOUNCED = "noisy", "maintained"
"""Bodies of no kind: one loses single probes, one is away by announcement."""

_FINDINGS = """
    SELECT f.id, f.kind, f.system, f.subject, f.state, f.reason, f.sentence, f.began_at,
        f.found_at, f.confirmed_at, f.ended_at, f.alerted_at
    FROM findings f WHERE f.found_at >= :since ORDER BY f.found_at, f.id
"""
_CHANGES = """
    SELECT finding_id, became, as_of FROM finding_changes WHERE as_of >= :since ORDER BY id
"""


@dataclass(frozen=True)
class Found:
    """One time that a finding was open: a finding that came back was open more than once."""

    id: int
    kind: str
    system: str
    subject: str
    reason: str
    sentence: str
    suspected: datetime
    confirmed: datetime | None
    over: datetime | None
    alerted: bool


@dataclass
class Outcome:
    """What came of one incident; `before` says that the finding of the one before was still open.

    Then it counts as found at once: nobody needs to be told again.
    """

    incident: Incident
    before: bool = False
    suspected: datetime | None = None
    confirmed: datetime | None = None
    over: datetime | None = None
    reasons: set[str] = field(default_factory=set)


@dataclass
class Judged:
    """Everything that was found, by why.

    `consequences` come of a failure beside what has to be found; `announced` are of the body
    that is away by announcement, `noise` suspicions of the body that loses single probes.
    `false` were confirmed without a cause, `unconfirmed` only suspected.
    """

    outcomes: list[Outcome]
    consequences: list[Found] = field(default_factory=list)
    announced: list[Found] = field(default_factory=list)
    noise: list[Found] = field(default_factory=list)
    false: list[Found] = field(default_factory=list)
    unconfirmed: list[Found] = field(default_factory=list)


def found(engine: Engine, since: datetime) -> list[Found]:
    """Every opening of a finding since a moment."""
    with engine.connect() as connection:
        rows = {row.id: row for row in connection.execute(text(_FINDINGS), {"since": since})}
        changes = connection.execute(text(_CHANGES), {"since": since}).all()
    openings: list[dict[str, Any]] = []
    current: dict[int, dict[str, Any]] = {}
    for change in changes:
        if change.finding_id not in rows:
            continue
        if change.became == "over":
            current.pop(change.finding_id)["over"] = change.as_of
            continue
        if change.finding_id not in current:
            opening = {"id": change.finding_id, "suspected": change.as_of}
            current[change.finding_id] = opening
            openings.append(opening)
        if change.became == "confirmed":
            current[change.finding_id].setdefault("confirmed", change.as_of)
    return [_opening(rows[each["id"]], each) for each in openings]


def _opening(row: Any, opening: dict[str, Any]) -> Found:
    return Found(
        row.id,
        row.kind,
        row.system,
        row.subject,
        row.reason,
        row.sentence,
        opening["suspected"],
        opening.get("confirmed"),
        opening.get("over"),
        row.alerted_at is not None,
    )


def judge(incidents: Iterable[Incident], openings: Iterable[Found]) -> Judged:
    """Which incidents were found, and which findings had no cause."""
    judged = Judged([Outcome(incident) for incident in incidents])
    by_body: dict[str, list[Outcome]] = {}
    for outcome in judged.outcomes:
        by_body.setdefault(outcome.incident.kind, []).append(outcome)
    known = list(openings)
    for opening in known:
        cause = _cause(opening, by_body.get(opening.system, []))
        wanted = KINDS.get(opening.system)
        if cause is not None and wanted is not None and opening.kind == wanted.finding:
            _credit(cause, opening)
        elif wanted is not None and opening.kind in wanted.also and _after(opening, by_body):
            judged.consequences.append(opening)
        elif (opening.system, opening.kind) == (ANNOUNCED, "down"):
            judged.announced.append(opening)
        elif opening.confirmed is None:
            (judged.noise if opening.system == NOISY else judged.unconfirmed).append(opening)
        else:
            judged.false.append(opening)
    for outcome in judged.outcomes:
        if outcome.confirmed is None:
            _still_open(outcome, known)
    return judged


def _still_open(outcome: Outcome, openings: Iterable[Found]) -> None:
    """Whether a finding of this failure was certain, and not over, when it could be seen."""
    incident = outcome.incident
    for opening in openings:
        same = (opening.system, opening.kind) == (incident.kind, KINDS[incident.kind].finding)
        sure = opening.confirmed is not None and opening.confirmed <= incident.visible
        if same and sure and (opening.over is None or opening.over > incident.visible):
            outcome.suspected = outcome.confirmed = incident.visible
            outcome.over, outcome.before = opening.over, True


def _cause(opening: Found, outcomes: list[Outcome]) -> Outcome | None:
    """The incident of this body during which, or soon after which, the finding was open."""
    for outcome in reversed(outcomes):
        incident = outcome.incident
        begun = incident.begins <= (opening.confirmed or opening.suspected)
        if begun and opening.suspected <= incident.ends + LINGERS:
            return outcome
    return None


def _after(opening: Found, by_body: dict[str, list[Outcome]]) -> bool:
    """Whether the body had failed before: a budget that was spent stays so for its period."""
    told = by_body.get(opening.system, [])
    return any(each.incident.begins <= opening.suspected for each in told)


def _credit(outcome: Outcome, opening: Found) -> None:
    outcome.suspected = min(outcome.suspected or opening.suspected, opening.suspected)
    if opening.confirmed is not None:
        outcome.confirmed = min(outcome.confirmed or opening.confirmed, opening.confirmed)
        outcome.over = opening.over
    outcome.reasons.add(opening.reason)
