"""A front office with a small composite service, and a body behind it on a real socket."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from flows.composite_services.engine.carry import carry
from flows.composite_services.proactive.start import start_proactively
from flows.register.sync import sync
from models.environment.loader import load
from tests.environments import write
from tests.flows.composite_services.bodies import Body
from tests.flows.composite_services.carried import call
from tests.flows.composite_services.small import SMALL, names
from tests.flows.failures.waiting.outage import SYSTEMS, Outage

MOTHER = "900101300017"
OTHER_MOTHER = "850101400011"
TYPED = {"f-mother_iin": MOTHER, "f-born_on": "2026-11-18", "f-school": "no"}
OFFICE = {"language": "en", "channel": "state_corporation", "do": "check"}
FIELDS: list[dict[str, Any]] = [
    *(each for each in SMALL["form"]["fields"] if each["name"] in ("mother_iin", "born_on")),
    {"name": "note", "type": "text", "labels": names("Note"), "required": False, "longest": 300},
    {"name": "school", "type": "boolean", "labels": names("A child at school")},
    {
        "name": "pupil_iin",
        "type": "identifier",
        "identifier": "iin",
        "labels": names("Pupil"),
        "hints": names("Twelve digits"),
        "when": "form.school",
    },
    {
        "name": "child_iin",
        "type": "identifier",
        "identifier": "iin",
        "labels": names("Child"),
        "known": "steps.birth.result.child_iin",
    },
]


def shares(step: dict[str, Any]) -> dict[str, Any]:
    """The step with what it tells of the person."""
    return {**step, "shares": [{"data": ["mother_iin"], "basis": names("Article 2")}]}


SERVICE: dict[str, Any] = {
    **SMALL,
    "names": {"en": "Birth of a child", "ru": "Рождение ребёнка", "kk": "Баланың дүниеге келуі"},
    "form": {**SMALL["form"], "fields": FIELDS},
    "proactive": {
        "event": "birth",
        "form": {
            "mother_iin": "event.person",
            "born_on": "event.details.born_on",
            "school": "event.details.school",
        },
    },
    "steps": {
        "birth": {
            **shares(call(service="00100101")),
            "names": names("Registration"),
            "refusal_means": names("Without it there is no allowance"),
        },
        "allowance": {
            **shares(call("birth")),
            "names": names("Allowance"),
            "undo": {"by": "none", "why": names("Paid")},
        },
    },
}
REGISTER = {
    "organisations": {"BODY": {"names": names("The registry office")}},
    "offices": {
        "office 1": {"names": names("Window 1"), "region": "71"},
        "office 2": {"names": names("Window 2"), "region": "75"},
    },
    "regions": {
        "71": {"names": {"en": "Astana", "ru": "Астана"}},
        "75": {"names": {"en": "Almaty", "ru": "Алматы"}},
    },
}


class FrontOffice(Outage):
    """Its offices are in Astana (71) and Almaty (75); `body` does what it is asked."""

    def __init__(self, engine: Engine, folder: Path, body: Body) -> None:
        self.body = body
        super().__init__(engine, folder)
        system = {
            "names": names("The body"),
            "owner": "BODY",
            "contact": "duty",
            "connector": "rest",
            "connection": {"url": body.url},
        }
        settings = {"office": "office 1", "call_backs": "http://127.0.0.1:1/call-backs"}
        self.change(
            environment={"composite_services": settings},
            register=REGISTER,
            systems={"systems": {**SYSTEMS["systems"], "body": system}},
        )
        write(folder, {"composites/small.yaml": SERVICE})
        self.environment = load(folder)
        with engine.begin() as connection:
            sync(connection, self.environment, "test")

    def carry(self, number: str) -> str:
        """Carry the application as far as it goes now; how it stands."""
        return carry(self.engine, self.environment, number, within=60).state

    def birth_waits(self) -> None:
        """A birth was told of without its day: it has consent, and could not start."""
        now = datetime.now(UTC)
        values = {"person": MOTHER, "at": now - timedelta(days=1)}
        with self.engine.begin() as connection:
            connection.execute(
                text("""
                    INSERT INTO life_events (system, event, kind, person, happened_at, details,
                        source, pull_id)
                    VALUES ('maternity', '7/1', 'birth', :person, :at,
                        '{"school": false}', 'm.births', 1)
                """),
                values,
            )
            connection.execute(
                text("""
                    INSERT INTO consents (system, person, phone, language, given_at, source,
                        pull_id)
                    VALUES ('portal', :person, '+77010000000', 'ru', :at, 'p.consents', 1)
                """),
                values,
            )
        assert start_proactively(self.engine, self.environment, now).not_started == 1

    def one(self, query: str, **values: Any) -> Any:
        """The first column of the only row."""
        with self.engine.connect() as connection:
            return connection.execute(text(query), values).scalar_one()

    def audited(self, action: str) -> list[tuple[str, str | None, dict[str, Any]]]:
        """Subject, basis and details of the entries of an action."""
        rows = self.all(
            "SELECT subject, basis, details FROM audit_entries WHERE action = :action ORDER BY seq",
            action=action,
        )
        return [(row[0], row[1], row[2]) for row in rows]

    def everything(self) -> str:
        """What the audit trail says, as one text."""
        return json.dumps([list(row) for row in self.all(
            "SELECT actor, subject, basis, details FROM audit_entries")])  # fmt: skip
