"""The one writer of findings: verdicts in, states, history and evidence out, in one transaction."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from flows.failures import evidence
from flows.failures.transitions import Change, Known, Taken, step
from flows.failures.verdict import Evidence, Verdict
from models import trail
from models.environment.loader import Environment

LOCK = 7_391_504
MOST_NAMED = 20
"""Findings that an entry of the audit trail names; it counts them all."""

_COLUMNS = tuple(each.name for each in fields(Known) if each.name != "id")
# Of what was said to be good only, one that is over is of no interest: most rounds read nothing.
_NEWEST = f"""
    SELECT f.id, {", ".join(f"f.{name}" for name in _COLUMNS)}
    FROM unnest(CAST(:kinds AS text[]), CAST(:systems AS text[]), CAST(:subjects AS text[]),
                CAST(:bad AS boolean[])) AS v (kind, system, subject, bad)
    CROSS JOIN LATERAL (
        SELECT * FROM findings
        WHERE kind = v.kind AND system = v.system AND subject = v.subject
        ORDER BY id DESC LIMIT 1
    ) AS f WHERE v.bad OR f.state <> 'over'
"""
_VALUES = ", ".join(
    "CAST(:numbers AS jsonb)" if name == "numbers" else f":{name}" for name in _COLUMNS
)
_INSERT = f"INSERT INTO findings ({', '.join(_COLUMNS)}) VALUES ({_VALUES}) RETURNING id"
# What comes back is told anew: why its alert was held back before is no longer of interest.
_UPDATE = """
    UPDATE findings SET state = :state, severity = :severity, reason = :reason,
        sentence = :sentence, numbers = CAST(:numbers AS jsonb), began_at = :began_at,
        looked_until = :looked_until, confirmed_at = :confirmed_at, ended_at = :ended_at,
        good_since = :good_since, again = :again,
        held_back = CASE WHEN state = 'over' AND :state <> 'over' THEN NULL ELSE held_back END,
        held_back_by = CASE WHEN state = 'over' AND :state <> 'over' THEN NULL
            ELSE held_back_by END
    WHERE id = :id
"""
_CHANGED = """
    INSERT INTO finding_changes (finding_id, was, became, reason, sentence, as_of, actor)
    VALUES (:finding_id, :was, :became, :reason, :sentence, :as_of, :actor)
"""

Key = tuple[str, str, str]


@dataclass
class _Round:
    """What the verdicts make of the findings they are about."""

    known: dict[Key, Known]
    touched: dict[int, Known] = field(default_factory=dict)
    changes: list[tuple[int, Change]] = field(default_factory=list)
    evidence: dict[int, list[Evidence]] = field(default_factory=dict)


def write(
    connection: Connection,
    environment: Environment,
    side: str,
    verdicts: Sequence[Verdict],
    moment: datetime,
    actor: str,
) -> int:
    """Take in the verdicts of one side in the caller's transaction; answers how many changed.

    Costs by verdicts, never by the history of findings. The same verdicts twice, or late ones,
    change nothing. What is said of a time after `moment` is taken as said of `moment`.
    """
    hold(connection, environment)
    said = sorted((_until(each, moment) for each in verdicts), key=lambda each: each.at)
    rounds = _Round(_newest(connection, said))
    for verdict in said:
        key = (verdict.kind, verdict.system, verdict.subject)
        before = rounds.known.get(key)
        taken = step(before, verdict, side, environment.settings.failures.flap, moment)
        if taken is not None:
            _take(connection, rounds, key, before, taken, verdict)
    _store(connection, rounds, moment, actor)
    _record(connection, environment, side, rounds.changes, moment, actor)
    return len(rounds.changes)


def write_past(
    connection: Connection, environment: Environment, known: Known, moment: datetime, actor: str
) -> int:
    """Write a finding that was over before it was found; answers its number."""
    hold(connection, environment)
    finding = _insert(connection, known)
    begun = Change(None, "confirmed", known.reason, known.sentence)
    ended = Change("confirmed", "over", known.reason, known.sentence)
    _history(connection, [(finding, begun), (finding, ended)], moment, actor)
    _record(connection, environment, known.side, [(finding, begun)], moment, actor)
    return finding


def hold(connection: Connection, environment: Environment) -> None:
    """One writer of an environment's findings at a time, until the transaction ends."""
    connection.execute(
        text("SELECT pg_advisory_xact_lock(:lock, hashtext(:name))"),
        {"lock": LOCK, "name": environment.name},
    )


def _until(verdict: Verdict, moment: datetime) -> Verdict:
    return replace(verdict, at=moment) if verdict.at > moment else verdict


def _newest(connection: Connection, verdicts: Iterable[Verdict]) -> dict[Key, Known]:
    bad: dict[Key, bool] = {}
    for each in verdicts:
        key = (each.kind, each.system, each.subject)
        bad[key] = bad.get(key, False) or each.level != "good"
    wanted = {
        "kinds": [kind for kind, _, _ in bad],
        "systems": [system for _, system, _ in bad],
        "subjects": [subject for _, _, subject in bad],
        "bad": list(bad.values()),
    }
    rows = connection.execute(text(_NEWEST), wanted).mappings()
    return {(row["kind"], row["system"], row["subject"]): Known(**row) for row in rows}


def _take(
    connection: Connection,
    rounds: _Round,
    key: Key,
    before: Known | None,
    taken: Taken,
    verdict: Verdict,
) -> None:
    known = taken.known
    if known.id is None:
        _store_moved(connection, rounds)  # the one before may have ended in this very round
        known = replace(known, id=_insert(connection, known))
    elif known != before:
        rounds.touched[known.id] = known
    assert known.id is not None
    rounds.known[key] = known
    if taken.change is not None:
        rounds.changes.append((known.id, taken.change))
    if verdict.evidence:
        rounds.evidence.setdefault(known.id, []).extend(verdict.evidence)


def _insert(connection: Connection, known: Known) -> int:
    return int(connection.execute(text(_INSERT), _bound(known)).scalar_one())


def _bound(known: Known) -> dict[str, Any]:
    return asdict(known) | {"numbers": _json(known.numbers)}


def _json(values: Mapping[str, Any]) -> str:
    return json.dumps(dict(values), allow_nan=False)


def _store(connection: Connection, rounds: _Round, moment: datetime, actor: str) -> None:
    _store_moved(connection, rounds)
    _history(connection, rounds.changes, moment, actor)
    evidence.append(connection, rounds.evidence)


def _store_moved(connection: Connection, rounds: _Round) -> None:
    if rounds.touched:
        connection.execute(text(_UPDATE), [_bound(known) for known in rounds.touched.values()])
        rounds.touched.clear()


def _history(
    connection: Connection, changes: Sequence[tuple[int, Change]], moment: datetime, actor: str
) -> None:
    rows = [
        {"finding_id": finding, **asdict(change), "as_of": moment, "actor": actor}
        for finding, change in changes
    ]
    if rows:
        connection.execute(text(_CHANGED), rows)


def _record(
    connection: Connection,
    environment: Environment,
    side: str,
    changes: Sequence[tuple[int, Change]],
    moment: datetime,
    actor: str,
) -> None:
    if not changes:
        return
    named = [f"{finding}: {change.became}" for finding, change in changes[:MOST_NAMED]]
    trail.record(
        connection,
        actor=actor,
        action="findings.changed",
        subject=environment.name,
        details={
            "as_of": moment.isoformat(),
            "side": side,
            "changed": len(changes),
            "findings": named,
        },
    )
