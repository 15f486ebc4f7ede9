"""What people do with a review: a body takes a position, the department closes it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, text

from flows.delays.reviews.steps import Decided, held, known_body, masked, move, unchanged
from models.environment.delays import Cause
from models.environment.loader import Environment
from models.errors import ConfigurationError
from models.reviews import CAUSES

POSITIONS: dict[str, str] = {
    "accept": "accepted",
    "not_ours": "disputed",
    "rule_is_wrong": "disputed",
}
"""What a body may say to a review, and the state that it leads to."""

NOBODYS: tuple[Cause, ...] = ("not_known", "data_wrong", "missing_documents")
"""Causes for which no body may answer."""


@dataclass(frozen=True)
class Dispute:
    """A body's position, with its reason; `seen` is the revision that it was taken on."""

    body: str
    says: str
    why: str
    seen: int | None = None


@dataclass(frozen=True)
class Closing:
    """How a review ends. `restored`: the person has it without a new application.

    `body` is the code of who answers for it: a body or an office of the register, or `tereze`.
    """

    cause: str
    body: str | None
    measure: str
    restored: bool
    answers: Sequence[str] = ()
    seen: int | None = None


def dispute(
    connection: Connection,
    environment: Environment,
    review: int,
    position: Dispute,
    *,
    actor: str,
    now: datetime | None = None,
) -> Decided:
    """Write down a body's position: accept, not ours, or the rule is wrong.

    Raises:
        ConfigurationError: no such review, body or position, or no reason.
        Overtaken: it is closed or withdrawn, or not as it was seen.
    """
    tried = f"Disputing the review {review}"
    row = held(connection, review, tried)
    if position.says not in POSITIONS:
        listed = ", ".join(POSITIONS)
        raise ConfigurationError(tried, f"no position {position.says!r}", f"Give one of {listed}")
    why = masked(environment, tried, position.why, "reason")
    known_body(connection, tried, position.body)
    unchanged(connection, row, tried, position.seen)
    sentence = f"{position.body}: {why}"
    became = POSITIONS[position.says]
    return move(connection, row, became, (position.says, sentence), actor, now)


def close(
    connection: Connection,
    environment: Environment,
    review: int,
    closing: Closing,
    *,
    actor: str,
    now: datetime | None = None,
) -> Decided:
    """Close a review with cause, body, measure, and whether the right was restored.

    Who decides second is told what happened, and changes nothing.

    Raises:
        ConfigurationError: no such review, cause or body; no measure; questions not answered.
        Overtaken: it is closed or withdrawn already, or not as it was seen.
    """
    tried = f"Closing the review {review}"
    row = held(connection, review, tried)
    unchanged(connection, row, tried, closing.seen)
    if closing.cause not in CAUSES:
        listed = ", ".join(CAUSES)
        raise ConfigurationError(tried, f"no cause {closing.cause!r}", f"Give one of {listed}")
    measure = masked(environment, tried, closing.measure, "measure")
    answers = _answers(environment, tried, row.questions, closing.answers)
    if closing.body is not None or closing.cause not in NOBODYS:
        known_body(connection, tried, closing.body)
    connection.execute(
        text("""
            UPDATE reviews SET settled_cause = :cause, settled_body = :body, measure = :measure,
                restored = :restored, answers = CAST(:answers AS jsonb), closed_at = :now,
                state = 'closed'
            WHERE id = :id
        """),
        {
            "id": review,
            "cause": closing.cause,
            "body": closing.body,
            "measure": measure,
            "restored": closing.restored,
            "answers": json.dumps(answers),
            "now": now or datetime.now(UTC),
        },
    )
    return move(connection, row, "closed", (closing.cause, measure), actor, now)


def _answers(
    environment: Environment, tried: str, questions: Sequence[str], given: Sequence[str]
) -> list[str]:
    if len(given) != len(questions) or not all(each.strip() for each in given):
        asked = "; ".join(questions)
        raise ConfigurationError(
            tried,
            f"{len(questions)} questions are asked and {len(given)} answers given",
            f"Give --answer once for each, in this order: {asked}",
        )
    return [masked(environment, tried, each, "answer") for each in given]
