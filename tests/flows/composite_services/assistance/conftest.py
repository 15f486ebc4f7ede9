"""An application that stands still at a step, and the case that was opened for it."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from flows.composite_services.assistance.cases import (
    CaseKind,
    How,
    NewCase,
    Resolved,
    open_case,
    resolve,
)
from models.database import Database
from models.environment.loader import Environment
from tests.environments import environment
from tests.flows.composite_services.begun import begin, states
from tests.flows.composite_services.small import SMALL, composite, names

MONDAY = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
"""Noon in Almaty."""
FORM = {"mother_iin": "900101300017", "born_on": "2026-03-01"}
CHILD = "260301600018"
ASK = {
    "operation": {"method": "GET", "path": "/births/{key}"},
    "answers": {
        "done": "code == 'OK'",
        "absent": "code == 'ABSENT'",
        "result": {"child_iin": "answer.iin"},
    },
}
TASK: dict[str, Any] = {
    "kind": "person",
    "names": names("Decision"),
    "help": {"office": "the akimat", "working_days": 3, "todo": names("Decide")},
    "fields": [
        {
            "name": "verdict",
            "type": "choice",
            "labels": names("Verdict"),
            "choices": {"yes": names("Yes"), "no": names("No")},
        }
    ],
    "refused_when": "answer.verdict == 'no'",
}


class Standing:
    """One application at one of its steps, and what people do about it."""

    def __init__(self, engine: Engine, house: Environment) -> None:
        self.engine, self.house = engine, house
        self.application = self.case = 0

    def at(
        self,
        state: str,
        kind: CaseKind = "assistance",
        *,
        sent: bool = False,
        refusal: bool = False,
        cancelled: bool = False,
        **step: Any,
    ) -> "Standing":
        """Its step `birth`, with keys of its definition replaced, is in this state."""
        made = TASK if kind == "task" else {**SMALL["steps"]["birth"], **step}
        definition = composite(steps={"birth": made, "allowance": SMALL["steps"]["allowance"]})
        with self.engine.begin() as connection:
            self.application = begin(connection, definition, FORM, at=MONDAY)
            connection.execute(
                text("""
                    UPDATE composite_steps SET state = :state, next_at = NULL, attempts = 5,
                        began_at = :at, ended_at = CASE WHEN :state = 'undoing'
                            THEN CAST(:at AS timestamptz) END,
                        refusal = CASE WHEN :refusal THEN '{"reason": "no"}'::jsonb END
                    WHERE step = 'birth'
                """),
                {"state": state, "at": MONDAY, "refusal": refusal},
            )
            if cancelled:
                connection.execute(
                    text("UPDATE composite_applications SET undo_from = :at"), {"at": MONDAY}
                )
            if sent:
                self._sent(connection)
            case = NewCase(self.application, "birth", kind, "attempts_used_up", "missing", "to do")
            self.case = open_case(connection, self.house, case, MONDAY)
        return self

    def _sent(self, connection: Any) -> None:
        connection.execute(
            text("""
                INSERT INTO composite_attempts (application, step, does, system, lease, worker,
                    began_at, outcome)
                VALUES (:id, 'birth', 'call', 'office', 1, 'test', :at, 'unanswered')
            """),
            {"id": self.application, "at": MONDAY},
        )

    def says(
        self, how: How, answers: Mapping[str, Any] | None = None, resolution: str = "Asked them"
    ) -> Resolved:
        """Somebody resolves the case."""
        with self.engine.begin() as connection:
            return resolve(
                connection,
                self.house,
                self.case,
                how=how,
                resolution=resolution,
                answers=answers or {},
                actor="person:aigul",
                moment=MONDAY,
            )

    def states(self) -> dict[str, str]:
        with self.engine.connect() as connection:
            return states(connection, self.application)

    def one(self, query: str) -> Any:
        """The first column of the first row."""
        with self.engine.connect() as connection:
            return connection.execute(text(query)).scalar()


@pytest.fixture
def house(tmp_path: Path) -> Environment:
    return environment(
        tmp_path / "house", environment={"composite_services": {"office": "front_office"}}
    )


@pytest.fixture
def engine(synced: Database) -> Iterator[Engine]:
    made = synced.engine()
    yield made
    made.dispose()


@pytest.fixture
def standing(engine: Engine, house: Environment) -> Standing:
    return Standing(engine, house)
