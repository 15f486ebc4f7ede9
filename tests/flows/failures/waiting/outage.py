"""Two systems, one of which needs the other; applications of both; findings put into the table."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from flows.failures.waiting.counts import Waiting, waiting
from models.environment.loader import Environment
from tests.environments import KAZAKHSTAN
from tests.flows.delays.world import World, moment

SERVICE, OTHER = "00100101", "00200202"
SYSTEMS = {
    "systems": {
        "office": {
            "depends_on": ["gateway"],
            "objectives": {
                "availability": 0.995,
                "answer_within": "10s",
                "recovery_within": "3h",
            },
        },
        "gateway": {
            "names": {"ru": "Шлюз", "en": "Gateway"},
            "owner": "GATE",
            "contact": "duty, extension 7",
            "connector": "file",
            "services": [OTHER],
        },
        "registry": {
            "names": {"en": "Registry"},
            "owner": "LAND",
            "contact": "nobody",
            "connector": "file",
        },
    }
}
REGISTER = {
    "services": {OTHER: {"names": {"en": "An allowance", "ru": "Пособие"}}},
    "regions": {"71": {"names": {"ru": "Астана", "en": "Astana"}}},
    "organisations": {"GATE": {"names": {"ru": "Оператор шлюза", "kk": "Шлюз операторы"}}},
}
REGISTRY_SOURCE = {
    **KAZAKHSTAN["sources/applications.yaml"],
    "source": "registry.applications",
    "system": "registry",
}

FILES: dict[str, dict[str, Any] | None] = {
    "systems": SYSTEMS,
    "register": REGISTER,
    "registry": REGISTRY_SOURCE,
}

_FINDING = """
    INSERT INTO findings (kind, system, subject, side, state, severity, reason, sentence, numbers,
        began_at, found_at, confirmed_at, ended_at, looked_until)
    VALUES (:kind, :system, :subject, 'probes', :state, 'critical', :reason, :sentence,
        CAST(:numbers AS jsonb), :began, :began, :confirmed, :ended, :looked)
    RETURNING id
"""
_EVIDENCE = """
    INSERT INTO finding_evidence (finding_id, at, origin, reference, sentence)
    VALUES (:finding, :at, 'probe_results', :reference, :sentence)
"""


class Outage(World):
    """`gateway` serves `office`; `registry` stands alone. Monday is 06-02."""

    def __init__(self, engine: Engine, folder: Path, **changes: dict[str, Any] | None) -> None:
        super().__init__(engine, folder, **{**FILES, **changes})
        self.looked_at("registry.applications", moment("12-31 00:00"))

    def change(self, **changes: dict[str, Any] | None) -> Environment:
        """Write the environment anew, with what it has beside `World`'s."""
        return super().change(**{**FILES, **changes})

    def looked_at(self, source: str, until: datetime | None) -> None:
        """A source was pulled well until then."""
        with self.engine.begin() as connection:
            connection.execute(
                text("""
                    INSERT INTO source_states (source, system, dataset, looked_until)
                    VALUES (:source, :system, 'applications', :until)
                    ON CONFLICT (source) DO UPDATE SET looked_until = :until
                """),
                {"source": source, "system": source.partition(".")[0], "until": until},
            )

    def applied(self, number: str, at: str, **values: Any) -> None:
        """An application comes in; `system` and `applicant` may be given, too."""
        self.received(number, at, **{k: v for k, v in values.items() if k in ("service", "region",
                      "completed_at")})  # fmt: skip
        rest = {k: values[k] for k in ("system", "applicant") if k in values}
        with self.engine.begin() as connection:
            for name, value in rest.items():
                connection.execute(
                    text(f"UPDATE applications SET {name} = :value WHERE number = :number"),
                    {"value": value, "number": number},
                )

    def waiting(self, system: str, at: str) -> Waiting:
        """Who waits because of a system."""
        with self.engine.begin() as connection:
            return waiting(connection, self.environment, system, moment(at))

    def found(self, system: str, began: str, ended: str | None = None, **values: Any) -> int:
        """A finding, confirmed when it began, and over if `ended` is given."""
        row = {
            "kind": "down",
            "system": system,
            "subject": "probe:https",
            "state": "over" if ended else "confirmed",
            "reason": "refused",
            "sentence": "The connection is refused",
            "began": moment(began),
            "confirmed": moment(began),
            "ended": moment(ended) if ended else None,
            "looked": moment(ended or began),
            **values,
            "numbers": json.dumps(values.get("numbers", {})),
        }
        with self.engine.begin() as connection:
            return int(connection.execute(text(_FINDING), row).scalar_one())

    def saw(self, finding: int, at: str, sentence: str) -> None:
        """A row of evidence."""
        row = {"finding": finding, "at": moment(at), "reference": at, "sentence": sentence}
        with self.engine.begin() as connection:
            connection.execute(text(_EVIDENCE), row)
