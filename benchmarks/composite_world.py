"""The small world of the composite benchmarks: an environment, applications as after intake."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from sqlalchemy import Connection, Engine, text

from flows.composite_services.definition.versions import accepted
from models.environment.loader import Environment, load

STEPS = 4
NAME = {"en": "A step"}
FILES: dict[str, Any] = {
    "environment.yaml": {
        "environment": "benchmark",
        "title": "Composite services, measured",
        "timezone": "Asia/Almaty",
        "languages": ["en"],
        "calendar": "five_days",
        "composite_services": {
            "office": "front_office",
            "call_backs": "http://127.0.0.1:1/call-backs",
            "threads": 16,
        },
    },
    "calendars.yaml": {
        "calendars": {
            "five_days": {
                "country": "KZ",
                "week": ["mon", "tue", "wed", "thu", "fri"],
                "hours": {"opens": "09:00", "closes": "18:00"},
            }
        }
    },
    "register.yaml": {"organisations": {"front_office": {"names": {"en": "Front office"}}}},
}


def step(number: int, kind: str, **more: Any) -> dict[str, Any]:
    """A step after the one before it."""
    return {
        "kind": kind,
        "names": NAME,
        "requires": [f"step_{number - 1}"] if number > 1 else [],
        "system": "body",
        "operation": {"method": "POST", "path": "/things"},
        "input": {"key": "key", "applicant": "form.applicant", "number": "application.number"},
        "answers": {"done": "answer.state == 'done'", "result": {"number": "answer.number"}},
        "shares": [{"data": ["applicant"], "basis": NAME}],
        "undo": {"by": "none", "why": NAME},
        **more,
    }


def composite(kind: str = "call", steps: int = STEPS, **more: Any) -> dict[str, Any]:
    """The definition: so many steps in a row."""
    return {
        "composite": "measured",
        "names": NAME,
        "life_event": "birth",
        "legal_basis": NAME,
        "form": {
            "fields": [{"name": "applicant", "type": "text", "labels": NAME}],
            "applicant": "applicant",
        },
        "steps": {f"step_{n}": step(n, kind, **more) for n in range(1, steps + 1)},
    }


def environment(folder: Path, url: str, definition: dict[str, Any]) -> Environment:
    """The environment, written to `folder`, whose body is at `url`."""
    body = {
        "names": NAME,
        "owner": "front_office",
        "contact": "nobody",
        "connector": "rest",
        "connection": {"url": url},
    }
    contents = {
        **FILES,
        "systems.yaml": {"systems": {"body": body}},
        "composites/measured.yaml": definition,
    }
    for name, data in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w") as stream:
            YAML().dump(data, stream)
    return load(folder)


_APPLICATIONS = """
    INSERT INTO composite_applications (number, composite, version, state, reason, sentence,
        applicant, language, data, same, origin, received_at)
    SELECT 'B-' || n, 'measured', :version, 'running', 'under_way', 'Under way', 'somebody',
        'en', CAST(:data AS jsonb), 'B-' || n, 'person', :at
    FROM generate_series(CAST(:first AS int), CAST(:last AS int)) AS n
"""
_STEPS = """
    INSERT INTO composite_steps (application, step, position, kind, system, state, reason,
        sentence, key, reply_token, next_at)
    SELECT a.id, 'step_' || s, s - 1, :kind, 'body', CASE s WHEN 1 THEN 'ready' ELSE 'pending' END,
        'its_turn', 'A step', a.number || '/' || s,
        CASE :kind WHEN 'send' THEN 'token-' || a.number || '-' || s END,
        CASE s WHEN 1 THEN CAST(:at AS timestamptz) END
    FROM composite_applications a CROSS JOIN generate_series(1, CAST(:steps AS int)) AS s
    WHERE substr(a.number, 3)::int BETWEEN :first AND :last
"""


def begin(
    connection: Connection,
    environment: Environment,
    first: int,
    last: int,
    at: datetime,
    kind: str = "call",
) -> None:
    """Applications of these numbers, whose first step is due, and word to the workers."""
    values = {
        "version": accepted(connection, environment.composites, "measured", "benchmark"),
        "data": json.dumps({"applicant": "somebody"}),
        "first": first,
        "last": last,
        "at": at,
        "kind": kind,
        "steps": len(environment.composites["measured"].steps),
    }
    connection.execute(text(_APPLICATIONS), values)
    connection.execute(text(_STEPS), values)
    connection.execute(text("SELECT pg_notify('composite_due', current_schema())"))


def analyze(engine: Engine) -> None:
    """What autovacuum does to a table that has grown."""
    with engine.begin() as connection:
        for table in ("applications", "steps", "attempts", "changes"):
            connection.execute(text(f"ANALYZE composite_{table}"))
