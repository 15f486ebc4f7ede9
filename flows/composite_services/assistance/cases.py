"""Assistance cases: opened by whatever cannot go on, resolved by a person, or withdrawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection

from models.environment.loader import Environment

CaseKind = Literal["assistance", "task", "letter", "incident"]
How = Literal["go_on", "done", "refused", "again", "drop"]


@dataclass(frozen=True)
class NewCase:
    """A case to be opened. `office` null: the application's own, else the environment's.

    `missing` says what the machine lacks and `todo` what the office does, in words without
    personal data; `working_days` is the office's own term.
    """

    application: int
    step: str
    kind: CaseKind
    reason: str
    missing: str
    todo: str
    office: str | None = None
    working_days: int = 1


def open_cases(
    connection: Connection, environment: Environment, cases: Sequence[NewCase], moment: datetime
) -> list[int]:
    """Open them in the caller's transaction, in a few statements; answers their numbers.

    A step has one open case of a kind: where there is one, its number is answered.

    Raises:
        CouldNotRun: the environment's calendars are not in the database.
    """
    raise NotImplementedError


def open_case(
    connection: Connection, environment: Environment, case: NewCase, moment: datetime
) -> int:
    """Open one; see `open_cases`."""
    return open_cases(connection, environment, [case], moment)[0]


def resolve(
    connection: Connection,
    environment: Environment,
    case: int,
    *,
    how: How,
    resolution: str,
    answers: Mapping[str, Any],
    actor: str,
    moment: datetime,
) -> None:
    """A person says what was done, and what follows for the step.

    Raises:
        ConfigurationError: no such case, it is closed, or `answers` lack or misname something.
    """
    raise NotImplementedError


def withdraw(
    connection: Connection, application: int, step: str, *, reason: str, moment: datetime
) -> int:
    """Close the step's open cases, because they are no longer needed; answers how many."""
    raise NotImplementedError
