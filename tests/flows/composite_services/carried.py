"""Applications carried over a real socket, by an invented clock."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from flows.composite_services.engine.carry import carry
from models.environment.composites import Composite
from models.environment.loader import Environment
from tests.environments import environment as small_environment
from tests.flows.composite_services.begun import AT, begin, states
from tests.flows.composite_services.bodies import Body
from tests.flows.composite_services.small import composite, names

ASK = {
    "operation": {"method": "GET", "path": "/things/{key}"},
    "input": {"key": "key"},
    "answers": {
        "done": "answer.state == 'done'",
        "waits": "answer.state == 'taken'",
        "refused": {
            "when": "answer.state == 'refused'",
            "reason": "answer.reason",
            "grounds": "answer.grounds",
        },
        "absent": "status == `404`",
        "result": {"child_iin": "answer.iin"},
    },
}
ANSWERS = {name: ASK["answers"][name] for name in ("done", "waits", "refused", "result")}  # type: ignore[index]


def call(*requires: str, kind: str = "call", ask: bool = True, **more: Any) -> dict[str, Any]:
    """A step that calls the body."""
    return {
        "kind": kind,
        "names": names("Step"),
        "requires": list(requires),
        "system": "body",
        "operation": {"method": "POST", "path": "/things"},
        "input": {"key": "key", "mother": "form.mother_iin"},
        "answers": {**ANSWERS},
        "ask": ASK if ask else None,
        "retry": {"attempts": 4, "first_wait": "2s", "longest_wait": "1m"},
        "undo": {
            "by": "call",
            "operation": {"method": "DELETE", "path": "/things/{key}"},
            "input": {"key": "key"},
            "done": "answer.state == 'undone'",
        },
        **more,
    }


def definition(**steps: dict[str, Any]) -> Composite:
    """A composite of these steps, with the small one's form but for what the state knows."""
    plain = composite().model_dump(by_alias=True, exclude_defaults=True)
    plain["form"]["fields"] = [f for f in plain["form"]["fields"] if "known" not in f]
    return Composite.model_validate({**plain, "steps": steps})


def environment(folder: Path, body: Body, **settings: Any) -> Environment:
    """The small environment with the body as a system."""
    return small_environment(
        folder,
        environment={
            "composite_services": {
                "office": "office 1",
                "call_backs": "http://127.0.0.1:1/call-backs",
                "lease": "1m",
                "threads": 2,
                **settings,
            }
        },
        systems={
            "systems": {
                "body": {
                    "names": names("The body"),
                    "owner": "somebody",
                    "contact": "duty officer",
                    "connector": "rest",
                    "connection": {"url": body.url},
                }
            }
        },
    )


@dataclass
class Scene:
    """One application, a body, and a clock that moves only when it is told to."""

    engine: Engine
    environment: Environment
    body: Body
    definition: Composite
    number: str = "OA-2026-000001-1"
    at: datetime = AT
    application: int = field(default=0)

    def begin(self) -> "Scene":
        """Put the application into the database."""
        data = {"mother_iin": "900101300017", "born_on": "2026-03-01"}
        with self.engine.begin() as connection:
            self.application = begin(connection, self.definition, data, self.number, at=self.at)
        return self

    def carry(self, later: timedelta = timedelta(0)) -> dict[str, str]:
        """Let some time pass, carry on as far as it goes, and answer how all stands."""
        self.at += later
        carry(self.engine, self.environment, self.number, clock=lambda: self.at, within=60)
        return self.states()

    def states(self) -> dict[str, str]:
        """How each step and the whole stands."""
        with self.engine.connect() as connection:
            return states(connection, self.application)

    def values(self, sql: str, **values: Any) -> list[Any]:
        """The rows of a query."""
        with self.engine.connect() as connection:
            found = connection.execute(text(sql), {"id": self.application, **values})
            return [row[0] if len(row) == 1 else tuple(row) for row in found]

    def outcomes(self) -> list[tuple[str, str, str]]:
        """What came of each attempt."""
        return self.values("SELECT step, does, outcome FROM composite_attempts ORDER BY id")

    def execute(self, sql: str, **values: Any) -> None:
        """Change something behind the machine's back."""
        with self.engine.begin() as connection:
            connection.execute(text(sql), {"id": self.application, **values})


def dumped(value: Any) -> bytes:
    """As JSON."""
    return json.dumps(value).encode()
