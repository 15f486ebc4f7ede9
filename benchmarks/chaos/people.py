"""The people of a round: those who apply, those who change their minds, and the staff."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from benchmarks.chaos.bodies import Bodies, Deed, by_key
from flows.composite_services.assistance.cases import How, resolve
from flows.composite_services.intake.start import start
from flows.composite_services.undoing.cancel import cancel
from models.environment.loader import Environment
from models.errors import ConfigurationError

T = TypeVar("T")
AGAIN = 0.3
"""Seconds after which a person tries again when the database is away."""
_CASES = """
    SELECT c.id, c.kind, c.step, s.key, s.refusal IS NOT NULL AS refused, s.sent_at,
           a.composite
    FROM assistance_cases c
    JOIN composite_steps s ON s.application = c.application AND s.step = c.step
    JOIN composite_applications a ON a.id = c.application
    WHERE c.state = 'open' ORDER BY c.id
"""
_PROGRESS = """
    SELECT a.number, a.state, EXISTS (
        SELECT FROM composite_steps s WHERE s.application = a.id AND s.state = 'done'
            AND s.kind IN ('call', 'send')) AS done
    FROM composite_applications a WHERE a.number = ANY(:numbers)
"""
TASKS: dict[str, list[dict[str, Any]]] = {
    "examination": [{"decision": "allow"}] * 9 + [{"decision": "refuse", "reason": "Charter"}],
    "benefits": [{"moved": True, "paid_from": "2026-12-01"}] * 4 + [{"moved": False}],
}
"""What staff fill in, by step."""


@dataclass
class People:
    """They use the same functions as commands and pages do, and try again like people."""

    engine: Engine
    environment: Environment
    bodies: Bodies
    draw: random.Random
    started: list[str] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    resolved: Counter[str] = field(default_factory=Counter)
    odd: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def apply(self, composite: str, form: dict[str, Any]) -> str:
        """Send an application; sent again where it is not known whether it was taken in."""

        def work(connection: Connection) -> str:
            return start(
                connection,
                self.environment,
                composite,
                form,
                actor="person:chaos",
                language="en",
                origin="person",
                moment=datetime.now(UTC),
            ).number

        number = self._until_it_works(work)
        with self.lock:
            self.started.append(number)
        return number

    def progress(self, numbers: list[str]) -> tuple[set[str], set[str]]:
        """Which of these have ended, and for which of the others something lasting is done."""

        def work(connection: Connection) -> tuple[set[str], set[str]]:
            rows = connection.execute(text(_PROGRESS), {"numbers": numbers}).all()
            ended = {row.number for row in rows if row.state == "ended"}
            return ended, {row.number for row in rows if row.done} - ended

        return self._until_it_works(work) if numbers else (set(), set())

    def change_mind(self, number: str) -> None:
        """Cancel an application, wherever it is; one that has ended stays as it is."""

        def work(connection: Connection) -> bool:
            try:
                cancel(
                    connection,
                    self.environment,
                    number,
                    reason="changed my mind",
                    actor="person:chaos",
                    moment=datetime.now(UTC),
                )
            except ConfigurationError as error:
                # Sent again after a lost answer, it was taken in the first time.
                return "taken back since" in error.found
            return True

        if self._until_it_works(work):
            self.cancelled.append(number)

    def help(self, lease: float) -> int:
        """Look through the open cases once, and resolve those that can be; answers how many."""
        cases = self._until_it_works(lambda connection: connection.execute(text(_CASES)).all())
        ledger = by_key(self.bodies.deeds())
        done = 0
        for case in cases:
            decided = self._decide(case, lease, ledger.get(case.key, []))
            if decided is not None:
                self._resolve(case.id, *decided)
                self.resolved[f"{case.kind}: {decided[0]}"] += 1
                done += 1
        return done

    def _decide(
        self, case: Any, lease: float, done: list[Deed]
    ) -> tuple[How, dict[str, Any]] | None:
        """What staff do: fill in tasks, send letters, and ask the body, which is its ledger."""
        if case.kind == "task":
            return "done", self.draw.choice(TASKS[case.step])
        if case.kind == "letter":
            return ("done" if self.draw.random() < 0.8 else "drop"), {}
        waited = (datetime.now(UTC) - case.sent_at).total_seconds() if case.sent_at else lease
        if waited < lease or case.refused:
            return None
        if case.kind == "incident":
            return ("done" if any(deed.undo for deed in done) else "again"), {}
        return None if done else ("again", {})

    def _resolve(self, case: int, how: How, answers: dict[str, Any]) -> None:
        def work(connection: Connection) -> None:
            try:
                resolve(
                    connection,
                    self.environment,
                    case,
                    how=how,
                    resolution="asked the body",
                    answers=answers,
                    actor="person:staff",
                    moment=datetime.now(UTC),
                )
            except ConfigurationError as error:  # somebody, or an answer, was there before
                with self.lock:
                    self.odd.append(error.found)

        self._until_it_works(work)

    def _until_it_works(self, work: Callable[[Connection], T]) -> T:
        while True:
            try:
                with self.engine.begin() as connection:
                    return work(connection)
            except DBAPIError:
                time.sleep(AGAIN)
