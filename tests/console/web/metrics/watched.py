"""Rows of everything that the metrics tell of, put into the tables; times are relative to now."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from tests.flows.failures.waiting.outage import Outage

PERSON = "900101300017"


def ago(**length: float) -> datetime:
    return datetime.now(UTC) - timedelta(**length)


def execute(outage: Outage, statement: str, **values: Any) -> None:
    with outage.engine.begin() as connection:
        connection.execute(text(statement), values)


def probed(outage: Outage, system: str, probe: str, **values: Any) -> None:
    """A target as its last look left it, a second ago."""
    row = {
        "system": system,
        "probe": probe,
        "tried_at": ago(seconds=1),
        "looked_at": ago(seconds=1),
        "outcome": "good",
        "took_ms": 250.0,
        "ends_at": None,
        "missed": 0,
        **values,
    }
    names = ", ".join(row)
    execute(
        outage,
        f"INSERT INTO probe_targets ({names}) VALUES ({', '.join(f':{n}' for n in row)})",
        **row,
    )


def alerted(outage: Outage, fingerprint: str, name: str, severity: str, state: str) -> None:
    execute(
        outage,
        """
        INSERT INTO alerts (fingerprint, name, severity, labels, group_key, state, reason,
            sentence, starts_at)
        VALUES (:fingerprint, :name, :severity, '{}', 'g', :state, 'fired', 'x', now())
        """,
        fingerprint=fingerprint,
        name=name,
        severity=severity,
        state=state,
    )


def pulled(outage: Outage, source: str, **counts: Any) -> None:
    """The last pull of a source, 90 seconds long; ended a minute ago."""
    row = {
        "source": source,
        "kind": "pull",
        "holder": f"person of {PERSON}",
        "state": "succeeded",
        "started_at": ago(seconds=150),
        "ended_at": ago(seconds=60),
        "facts": '{"newest": {"changed_at": "2025-06-02T04:00:00+00:00"}}',
        **counts,
    }
    names = ", ".join(row)
    execute(
        outage,
        f"""
        WITH p AS (INSERT INTO pulls ({names}) VALUES ({", ".join(f":{n}" for n in row)})
                   RETURNING id)
        UPDATE source_states SET last_pull_id = p.id FROM p WHERE source = :source
        """,
        **row,
    )


def everything(outage: Outage) -> None:
    """Something of each metric."""
    outage.looked_at("office.applications", ago(seconds=150))
    pulled(outage, "office.applications", inserted=5, updated=2, quarantined=1)
    probed(outage, "office", "https", ends_at=ago(days=-30))
    identity = outage.found("office", "06-02 10:00")
    execute(
        outage,
        "UPDATE findings SET began_at = :at, sentence = :person WHERE id = :id",
        at=ago(hours=2),
        id=identity,
        person=PERSON,
    )
    for number in ("1", "2"):
        outage.received(number, "05-28 10:00")
    outage.check("06-02 10:00")
    alerted(outage, "f1", "SystemDown", "critical", "firing")
    execute(
        outage,
        """
        INSERT INTO quarantine (source, dataset, fingerprint, codes, reasons, record, pull_id)
        VALUES ('office.applications', 'applications', 'f', '{R01}', '{x}',
            '{"applicant": "900101300017"}', 1)
        """,
    )
    execute(
        outage,
        "INSERT INTO watch_rounds (as_of, verdicts, changed, unseen) VALUES (:at, 0, 0, 0)",
        at=ago(seconds=30),
    )
    execute(
        outage,
        """
        INSERT INTO job_runs (job, actor, state, started_at, ended_at)
        VALUES ('alerts', 'flow', 'completed', :at, :at)
        """,
        at=ago(seconds=30),
    )
