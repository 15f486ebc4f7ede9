"""What every step of a review begins and ends with: hold it, look who was first, write it down."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from flows.delays.clocks.parties import TEREZE
from models import trail
from models.environment.loader import Environment
from models.errors import ConfigurationError, Overtaken
from models.masking import Masker
from models.reviews import OPEN

LONGEST = 10_000
"""Characters of what somebody writes in one place."""


@dataclass(frozen=True)
class Decided:
    """What became of the review."""

    review: int
    was: str
    became: str
    revision: int


def held(connection: Connection, review: int, tried: str) -> Row[Any]:
    """The review, held for this transaction.

    Raises:
        ConfigurationError: there is no such review.
    """
    row = connection.execute(
        text("SELECT id, state, revision, questions FROM reviews WHERE id = :id FOR UPDATE"),
        {"id": review},
    ).one_or_none()
    if row is None:
        raise ConfigurationError(
            tried, "there is no review of this number", "`tereze reviews list --all` has them"
        )
    return row


def unchanged(connection: Connection, row: Row[Any], tried: str, seen: int | None) -> None:
    """Go on only if it is not decided, and is still what was seen.

    Raises:
        Overtaken: it is closed or withdrawn, or somebody did something since.
    """
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


def masked(environment: Environment, tried: str, given: str, what: str) -> str:
    """What somebody wrote, with identifiers of persons masked.

    Raises:
        ConfigurationError: nothing is written, or more than anybody reads.
    """
    words = Masker(environment.settings.identifiers).mask(given.strip())
    if not words:
        raise ConfigurationError(tried, f"no {what} is given", "Say it in a few words")
    if len(words) > LONGEST:
        found = f"the {what} has {len(words):,} characters"
        raise ConfigurationError(tried, found, f"Say it in {LONGEST:,} at most")
    return words


def known_body(connection: Connection, tried: str, body: str | None) -> None:
    """Go on only with the code of a body or an office of the register, or Tereze itself.

    Raises:
        ConfigurationError: there is none of this code.
    """
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


def move(
    connection: Connection,
    row: Row[Any],
    became: str,
    words: tuple[str, str],
    actor: str,
    now: datetime | None,
) -> Decided:
    """Bring the review to its next state, with its history and an entry in the audit trail.

    `words` are a reason code and a sentence.
    """
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
