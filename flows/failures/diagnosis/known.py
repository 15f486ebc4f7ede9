"""What the database knows of a system: findings with evidence, last good looks, alerts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from flows.alerts.naming import snake
from flows.failures.alerting import NAMES
from flows.failures.diagnosis.asked import Asked
from flows.failures.reading import held_back_words
from models.environment.loader import Environment

SHOWN = 5
"""So many rows of evidence for each finding, the last ones."""

_FINDINGS = """
    SELECT f.*, e.evidence FROM findings f
    CROSS JOIN LATERAL (
        SELECT coalesce(jsonb_agg(jsonb_build_object('at', at, 'sentence', sentence)
                                  ORDER BY at, id), '[]') AS evidence
        FROM (SELECT * FROM finding_evidence WHERE finding_id = f.id
              ORDER BY at DESC, id DESC LIMIT :shown) last) e
    WHERE f.system = :system AND f.state <> 'over'
    ORDER BY f.state, f.began_at, f.id
"""
_ALERTS = """
    SELECT name, severity, state, sentence, starts_at FROM alerts
    WHERE state <> 'resolved' AND labels ->> 'system' = :system AND NOT labels ? 'number'
      AND name <> ALL(:findings) ORDER BY starts_at
"""
_PROBES = """
    SELECT probe, good_at FROM probe_targets WHERE system = :system AND probe = ANY(:probes)
"""


_EXCHANGES = "SELECT source, looked_until FROM exchange_sources WHERE source = ANY(:names)"


@dataclass(frozen=True)
class Told:
    """One finding that goes on, with the end of its evidence and where its runbook is."""

    id: int
    kind: str
    subject: str
    state: str
    severity: str
    sentence: str
    began_at: datetime
    looked_until: datetime
    held_back: str | None
    numbers: Mapping[str, Any]
    evidence: Sequence[Mapping[str, Any]]
    runbook: str


@dataclass(frozen=True)
class Alerted:
    """An alert about the system that is not one of its findings: a pull that failed, say."""

    name: str
    severity: str
    state: str
    sentence: str
    starts_at: datetime
    runbook: str


def findings(connection: Connection, environment: Environment, about: Asked) -> list[Told]:
    """The system's findings that go on, the confirmed first; of other sources none."""
    rows = connection.execute(text(_FINDINGS), {"system": about.system, "shown": SHOWN}).mappings()
    return [
        Told(
            runbook=_runbook(environment, NAMES[row["kind"]]),
            held_back=held_back_words(row["held_back"], row["held_back_by"]),
            **{name: row[name] for name in _COPIED},
        )
        for row in rows
        if _concerns(row["subject"], about)
    ]


_COPIED = (
    *("id", "kind", "subject", "state", "severity", "sentence"),
    *("began_at", "looked_until", "numbers", "evidence"),
)


def _concerns(subject: str, about: Asked) -> bool:
    kind, _, name = subject.partition(":")
    return kind != "source" or name in {each.source for each in about.sources}


def alerts(connection: Connection, environment: Environment, about: Asked) -> list[Alerted]:
    """Alerts of the system that are not resolved, those of findings and applications left out."""
    values = {"system": about.system, "findings": list(NAMES.values())}
    return [
        Alerted(**row, runbook=_runbook(environment, row["name"]))
        for row in connection.execute(text(_ALERTS), values).mappings()
    ]


def probes_good_at(
    connection: Connection, environment: Environment, system: str
) -> dict[str, datetime | None]:
    """When each probe of the system last was good; None where it never was."""
    declared = [target.called for target in environment.systems[system].probes]
    rows = connection.execute(text(_PROBES), {"system": system, "probes": declared})
    known = {row.probe: row.good_at for row in rows}
    return {f"probe:{name}": known.get(name) for name in declared}


def exchanges_until(
    connection: Connection, environment: Environment, system: str
) -> dict[str, datetime | None]:
    """Up to when the exchanges are known that this system records; None where never."""
    declared = environment.exchanges.sources.items()
    names = [name for name, each in declared if each.system == system]
    rows = connection.execute(text(_EXCHANGES), {"names": names})
    known = {row.source: row.looked_until for row in rows}
    return {f"exchanges:{name}": known.get(name) for name in names}


def _runbook(environment: Environment, alert: str) -> str:
    return f"{environment.alerts.notices.runbooks.rstrip('/')}/{snake(alert)}.md"
