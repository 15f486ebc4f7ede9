"""What people do with a review: a body takes a position, the department closes it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from flows.delays.clocks.parties import TEREZE
from models import trail
from models.environment.delays import Cause
from models.environment.loader import Environment
from models.errors import ConfigurationError, Overtaken
from models.masking import Masker
from models.reviews import CAUSES, OPEN

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


@dataclass(frozen=True)
class Decided:
    """What became of the review."""

    review: int
    was: str
    became: str
    revision: int


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
    row = _held(connection, review, tried)
    if position.says not in POSITIONS:
        listed = ", ".join(POSITIONS)
        raise ConfigurationError(tried, f"no position {position.says!r}", f"Give one of {listed}")
    why = _words(environment, tried, position.why, "reason")
    _known_body(connection, tried, position.body)
    _check(connection, row, tried, position.seen)
    sentence = f"{position.body}: {why}"
    became = POSITIONS[position.says]
    return _move(connection, row, became, (position.says, sentence), actor, now)


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
    row = _held(connection, review, tried)
    _check(connection, row, tried, closing.seen)
    if closing.cause not in CAUSES:
        listed = ", ".join(CAUSES)
        raise ConfigurationError(tried, f"no cause {closing.cause!r}", f"Give one of {listed}")
    measure = _words(environment, tried, closing.measure, "measure")
    answers = _answers(environment, tried, row.questions, closing.answers)
    if closing.body is not None or closing.cause not in NOBODYS:
        _known_body(connection, tried, closing.body)
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
    return _move(connection, row, "closed", (closing.cause, measure), actor, now)


def _held(connection: Connection, review: int, tried: str) -> Row[Any]:
    row = connection.execute(
        text("SELECT id, state, revision, questions FROM reviews WHERE id = :id FOR UPDATE"),
        {"id": review},
    ).one_or_none()
    if row is None:
        raise ConfigurationError(
            tried, "there is no review of this number", "`tereze reviews list --all` has them"
        )
    return row


def _check(connection: Connection, row: Row[Any], tried: str, seen: int | None) -> None:
    if row.state in OPEN and seen in (None, row.revision):
        return
    last = connection.execute(
        text("""
            SELECT actor, became, at, sentence FROM review_changes
            WHERE review_id = :id ORDER BY id DESC LIMIT 1
        """),
        {"id": row.id},
    ).one()
    words = f"{last.actor} made it {last.became} at {last.at:%Y-%m-%d %H:%M}: {last.sentence}"
    if row.state not in OPEN:
        raise Overtaken(tried, f"it is {row.state}: {words}", "Nothing more is to be done")
    raise Overtaken(tried, f"it is not as you saw it: {words}", "Look at it again, then decide")


def _words(environment: Environment, tried: str, given: str, what: str) -> str:
    words = Masker(environment.settings.identifiers).mask(given.strip())
    if not words:
        raise ConfigurationError(tried, f"no {what} is given", "Say it in a few words")
    return words


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
    return [_words(environment, tried, each, "answer") for each in given]


def _known_body(connection: Connection, tried: str, body: str | None) -> None:
    if body == TEREZE:
        return
    query = """
        SELECT EXISTS (SELECT FROM organisations WHERE code = :code)
            OR EXISTS (SELECT FROM offices WHERE code = :code)
    """
    if body is None or not connection.execute(text(query), {"code": body}).scalar():
        found = "no body is given" if body is None else f"the register has no body {body!r}"
        step = f"Give the code of a body or an office of the register, or {TEREZE}"
        raise ConfigurationError(tried, found, step)


def _move(
    connection: Connection,
    row: Row[Any],
    became: str,
    words: tuple[str, str],
    actor: str,
    now: datetime | None,
) -> Decided:
    reason, sentence = words
    connection.execute(
        text("UPDATE reviews SET state = :became, revision = revision + 1 WHERE id = :id"),
        {"id": row.id, "became": became},
    )
    connection.execute(
        text("""
            INSERT INTO review_changes (review_id, was, became, reason, sentence, actor, as_of)
            VALUES (:id, :was, :became, :reason, :sentence, :actor, :now)
        """),
        {
            "id": row.id,
            "was": row.state,
            "became": became,
            "reason": reason,
            "sentence": sentence,
            "actor": actor,
            "now": now or datetime.now(UTC),
        },
    )
    trail.record(
        connection,
        actor=actor,
        action=f"review.{became}",
        subject=f"review/{row.id}",
        details={"was": row.state, "reason": reason, "sentence": sentence},
    )
    return Decided(row.id, row.state, became, row.revision + 1)
