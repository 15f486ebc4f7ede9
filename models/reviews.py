"""Reviews of breaches: why a standard was not kept, who answers for it, what was done about it."""

from datetime import datetime
from typing import Any, get_args

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import BigInteger, Integer, Text

from models.base import Base, CreatedAt
from models.environment.delays import Cause

CAUSES: tuple[Cause, ...] = get_args(Cause)
STATES = ("open", "accepted", "disputed", "closed", "withdrawn")
OPEN = ("open", "accepted", "disputed")
"""The states in which somebody still has to close it."""


def _one_of(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{value}'" for value in values)


class Review(Base):
    """The examination of a breach, or of all breaches of one cause (`key`).

    `cause` and `party` are probable, with the numbers they follow from in `evidence`; `settled_*`
    are what the one who closed it found. `party` is `body:LAND`, `office:12` or `tereze`.
    `restored` says whether the person's right was restored without a new application. `revision`
    grows with each change by a person. Written only by `flows.delays.reviews`; never deleted.
    """

    __tablename__ = "reviews"
    __table_args__ = (
        CheckConstraint(f"state IN ({_one_of(STATES)})", name="state"),
        CheckConstraint(f"cause IN ({_one_of(CAUSES)})", name="cause"),
        CheckConstraint(f"settled_cause IN ({_one_of(CAUSES)})", name="settled_cause"),
        CheckConstraint(
            "(state = 'closed') = (settled_cause IS NOT NULL AND measure IS NOT NULL"
            " AND restored IS NOT NULL AND closed_at IS NOT NULL)",
            name="closed",
        ),
        Index(
            "ix_reviews_open",
            "key",
            unique=True,
            postgresql_where=f"state IN ({_one_of(OPEN)})",
        ),
        Index("ix_reviews_state", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    key: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="open")
    revision: Mapped[int] = mapped_column(server_default="0")
    cause: Mapped[str]
    party: Mapped[str | None]
    evidence: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    region: Mapped[str | None]
    department: Mapped[str | None]
    questions: Mapped[list[Any]] = mapped_column(JSONB, server_default="[]")
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    answers: Mapped[list[Any]] = mapped_column(JSONB, server_default="[]")
    settled_cause: Mapped[str | None]
    settled_body: Mapped[str | None]
    measure: Mapped[str | None]
    restored: Mapped[bool | None]
    closed_at: Mapped[datetime | None]


class ReviewCase(Base):
    """One breach in its review, with the split and the timeline as of `as_of`.

    `state` is the breach's. `late` are the working seconds by which the term was missed by then.
    `timeline` are the pieces in order: since, until, party, event, stage, seconds, finding.
    """

    __tablename__ = "review_cases"
    __table_args__ = (Index("ix_review_cases_review_id", "review_id"),)

    system: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(primary_key=True)
    clock: Mapped[str] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str]
    due_at: Mapped[datetime]
    late: Mapped[int]
    parties: Mapped[list[str]] = mapped_column(ARRAY(Text))
    seconds: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    timeline: Mapped[list[Any]] = mapped_column(JSONB)
    as_of: Mapped[datetime]
    added_at: Mapped[datetime]


class ReviewChange(Base):
    """One step of a review, written in the transaction of the change."""

    __tablename__ = "review_changes"
    __table_args__ = (Index("ix_review_changes_review_id", "review_id"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    review_id: Mapped[int] = mapped_column(BigInteger)
    was: Mapped[str | None]
    became: Mapped[str]
    reason: Mapped[str]
    sentence: Mapped[str]
    actor: Mapped[str]
    as_of: Mapped[datetime]
    at: Mapped[CreatedAt]
