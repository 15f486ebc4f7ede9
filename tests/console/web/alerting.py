"""Alerts for pages: fired as the watch fires them, a while ago."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from flows.alerts.fingerprint import fingerprint
from flows.alerts.fire import Firing, fire
from models.environment.alerts import AlertSeverity
from tests.flows.failures.waiting.outage import SERVICE, Outage


def fired(
    outage: Outage,
    name: str = "SystemDown",
    severity: AlertSeverity = "critical",
    *,
    ago: timedelta = timedelta(minutes=20),
    sentence: str = "The connection is refused",
    group: dict[str, str] | None = None,
    annotations: dict[str, str] | None = None,
    **labels: str,
) -> str:
    """An alert begins, a group of its own unless one is named; answers its fingerprint."""
    begun = datetime.now(UTC) - ago
    shared = labels if group is None else group
    firing = Firing(name, severity, labels, shared, begun, sentence, annotations or {})
    with outage.engine.begin() as connection:
        fire(connection, firing, "flow:failures")
    return fingerprint(name, labels)


def overdue(outage: Outage, number: str, region: str = "75", **values: Any) -> str:
    """The alert of an application that is overdue, in the group of its body, service, region."""
    group = {"organisation": "JUSTICE", "service": SERVICE, "region": region}
    due = (datetime.now(UTC) - timedelta(hours=30)).isoformat()
    return fired(
        outage,
        "ApplicationOverdue",
        group=group,
        ago=timedelta(hours=30),
        sentence=f"Application {number} was due and is not completed",
        annotations={"due_at": due},
        **{**group, "system": "office", "number": number, **values},
    )


def down(outage: Outage, system: str = "gateway") -> tuple[str, int]:
    """A system is down, with its finding and one row of evidence; answers alert and finding."""
    finding = outage.found(system, "06-02 10:00")
    outage.saw(finding, "06-02 10:00", "connection refused <script>")
    found = fired(
        outage,
        annotations={"finding": str(finding), "failures": "3"},
        group={"system": system, "alert": "SystemDown"},
        system=system, subject="probe:https", kind="down",
    )  # fmt: skip
    return found, finding


def state(outage: Outage, fingerprint: str) -> str:
    """What it is now."""
    with outage.engine.connect() as connection:
        return str(
            connection.execute(
                text("SELECT state FROM alerts WHERE fingerprint = :whole"), {"whole": fingerprint}
            ).scalar_one()
        )


def said(outage: Outage, fingerprint: str) -> list[tuple[str, str, str]]:
    """Its history: what it became, in whose words, by whom."""
    with outage.engine.connect() as connection:
        rows = connection.execute(
            text("""SELECT became, sentence, actor FROM alert_changes
                    WHERE fingerprint = :whole ORDER BY id"""),
            {"whole": fingerprint},
        )
        return [(row.became, row.sentence, row.actor) for row in rows]
