"""Say what the cause probably is after all: to decide a dispute, or because more is known."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from flows.delays.clocks.parties import TEREZE
from flows.delays.reviews.causes import QUESTIONS
from flows.delays.reviews.decide import NOBODYS
from flows.delays.reviews.steps import Decided, held, known_body, masked, move, unchanged
from models.environment.loader import Environment
from models.errors import ConfigurationError
from models.reviews import CAUSES


@dataclass(frozen=True)
class Revision:
    """The probable cause and who answers for it, changed or kept, with the reason.

    `body` is a code as in `Closing`; `seen` is the revision that was looked at.
    """

    cause: str
    body: str | None
    why: str
    seen: int | None = None


def revise(
    connection: Connection,
    environment: Environment,
    review: int,
    revision: Revision,
    *,
    actor: str,
    now: datetime | None = None,
) -> Decided:
    """Open it again with this probable cause and the questions that go with it.

    A dispute is granted by another cause or body, and refused by the same ones.

    Raises:
        ConfigurationError: no such review, cause or body, or no reason.
        Overtaken: it is closed or withdrawn, or not as it was seen.
    """
    tried = f"Revising the review {review}"
    row = held(connection, review, tried)
    unchanged(connection, row, tried, revision.seen)
    if revision.cause not in CAUSES:
        listed = ", ".join(CAUSES)
        raise ConfigurationError(tried, f"no cause {revision.cause!r}", f"Give one of {listed}")
    why = masked(environment, tried, revision.why, "reason")
    if revision.body is not None or revision.cause not in NOBODYS:
        known_body(connection, tried, revision.body)
    kept = not _write(connection, environment, review, revision)
    reason = (
        ("kept" if kept else "revised")
        if row.state != "disputed"
        else ("dispute_refused" if kept else "dispute_granted")
    )
    return move(connection, row, "open", (reason, why), actor, now)


# One code may be an office's and a body's: then it is the office, as for the clocks.
_PARTY = """
    CASE WHEN CAST(:body AS text) IS NULL OR :body = :tereze THEN CAST(:body AS text)
        WHEN EXISTS (SELECT FROM offices WHERE code = :body) THEN 'office:' || :body
        ELSE 'body:' || :body END
"""


def _write(
    connection: Connection, environment: Environment, review: int, revision: Revision
) -> bool:
    """Write it down; whether anything is another than before."""
    asked = {**QUESTIONS, **environment.settings.delays.review.questions}
    questions = next(each for cause, each in asked.items() if cause == revision.cause)
    changed = connection.execute(
        text(f"""
            UPDATE reviews SET cause = :cause, party = {_PARTY},
                questions = CASE WHEN cause = :cause THEN questions
                    ELSE CAST(:questions AS jsonb) END
            WHERE id = :id AND (cause, party) IS DISTINCT FROM (:cause, {_PARTY})
        """),
        {
            "id": review,
            "cause": revision.cause,
            "body": revision.body,
            "tereze": TEREZE,
            "questions": json.dumps(questions),
        },
    )
    return changed.rowcount > 0
