"""Opening assistance cases: for a named office, with a term of its own in working days."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, text

from models.environment.loader import Environment
from models.errors import CouldNotRun

CaseKind = Literal["assistance", "task", "letter", "incident"]

# A term in working days as DOMAIN.md counts them: what comes after closing or on a free day is
# of the next working day; the term begins the day after and ends at the close of business.
_OPEN = """
    WITH wanted AS (
        SELECT w.*, coalesce(w.office, a.office, CAST(:fallback AS text)) AS helper
        FROM jsonb_to_recordset(CAST(:cases AS jsonb)) AS w (application bigint, step text,
            kind text, reason text, missing text, todo text, office text, working_days int)
        LEFT JOIN composite_applications a ON a.id = w.application
    ), first AS (
        SELECT ordinal FROM calendar_days
        WHERE calendar = :calendar AND working AND closes_at >= :moment
        ORDER BY day LIMIT 1
    ), dated AS (
        SELECT w.*, (SELECT d.closes_at FROM first JOIN calendar_days d
                       ON d.calendar = :calendar AND d.working
                      AND d.ordinal = first.ordinal + w.working_days) AS due_at
        FROM wanted w
    )
    INSERT INTO assistance_cases (application, step, kind, office, reason, missing, todo, state,
                                  opened_at, due_at)
    SELECT application, step, kind, helper, reason, missing, todo, 'open', :moment, due_at
    FROM dated WHERE due_at IS NOT NULL AND helper IS NOT NULL
    ON CONFLICT (application, step, kind) WHERE state = 'open' DO NOTHING
"""
_OPENED = """
    SELECT c.id
    FROM ROWS FROM (jsonb_to_recordset(CAST(:cases AS jsonb))
            AS (application bigint, step text, kind text))
        WITH ORDINALITY AS w (application, step, kind, place)
    JOIN assistance_cases c USING (application, step, kind)
    WHERE c.state = 'open' ORDER BY w.place
"""
_WITHDRAW = """
    UPDATE assistance_cases SET state = 'withdrawn', resolution = :reason, resolved_at = :moment
    WHERE application = :application AND step = :step AND state = 'open'
"""


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
    """Open them in the caller's transaction, in two statements; answers their numbers.

    A step has one open case of a kind: where there is one, its number is answered.

    Raises:
        CouldNotRun: the environment's calendar is not in the database, or no office is named.
    """
    if not cases:
        return []
    settings = environment.settings
    values = {
        "cases": json.dumps([asdict(case) for case in cases]),
        "moment": moment,
        "calendar": settings.calendar,
        "fallback": settings.composite_services.office,
    }
    connection.execute(text(_OPEN), values)
    opened = list(connection.execute(text(_OPENED), values).scalars())
    if len(opened) != len(cases):
        raise CouldNotRun(
            f"Opening {len(cases)} assistance cases",
            f"the database has no days of the calendar {settings.calendar!r} for their terms, or"
            " nothing names an office",
            "Run `tereze register sync`; give environment.yaml `composite_services: {office: …}`",
        )
    return opened


def open_case(
    connection: Connection, environment: Environment, case: NewCase, moment: datetime
) -> int:
    """Open one; see `open_cases`."""
    return open_cases(connection, environment, [case], moment)[0]


def withdraw(
    connection: Connection, application: int, step: str, *, reason: str, moment: datetime
) -> int:
    """Close the step's open cases, because they are no longer needed; answers how many."""
    values = {"application": application, "step": step, "reason": reason, "moment": moment}
    return connection.execute(text(_WITHDRAW), values).rowcount
