"""Functions that were observed, what was made of each, and candidates for the register."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import BigInteger, Text

from models.base import Base, CreatedAt

OBSERVED_KINDS = (
    "application",
    "case",
    "exchange",
    "fee",
    "form",
    "operation",
    "page",
    "regulation",
)
"""Where a function may show itself."""

CANDIDATE_KINDS = ("hidden", "renamed", "dormant", "described_but_refused", "internal", "test")

STATES = (
    "new",
    "under_review",
    "confirmed",
    "proposed",
    "entered",
    "renamed",
    "internal",
    "rejected",
)


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{value}'" for value in values)


class ObservedFunction(Base):
    """Something that a body does, as one source shows it; no personal data.

    `kind` is one of OBSERVED_KINDS, `code` the source's own name of it. `service` is the code of
    the registered service that it says it serves. `volume` counts its uses, `recipients` the
    different persons among them, `refused` the uses that ended in a refusal or a fault. `fields`
    are names of fields, never values.
    """

    __tablename__ = "observed_functions"
    __table_args__ = (
        CheckConstraint(f"kind IN ({_listed(OBSERVED_KINDS)})", name="kind"),
        Index("ix_observed_functions_service", "service"),
    )

    system: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    names: Mapped[dict[str, Any]] = mapped_column(JSONB)
    description: Mapped[str | None]
    organisation: Mapped[str | None]
    regions: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    service: Mapped[str | None]
    result: Mapped[str | None]
    term: Mapped[str | None]
    fee: Mapped[str | None]
    documents: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    fields: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    volume: Mapped[int | None] = mapped_column(BigInteger)
    recipients: Mapped[int | None] = mapped_column(BigInteger)
    refused: Mapped[int | None] = mapped_column(BigInteger)
    first_seen: Mapped[datetime | None]
    last_seen: Mapped[datetime | None]
    source: Mapped[str]
    pull_id: Mapped[int | None]


class FunctionJudgement(Base):
    """What was made of an observed function; written only by `flows.hidden_services`.

    `content` and `asked` are digests of what was judged (words; register and settings), so that
    only news are judged again. `signs` carry their evidence; `nearest` the register's entries.
    `candidate_id` is null for what the register has, and for what could not be judged.
    """

    __tablename__ = "function_judgements"
    __table_args__ = (Index("ix_function_judgements_candidate_id", "candidate_id"),)

    system: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[str]
    asked: Mapped[str]
    in_register: Mapped[str]
    p_absent: Mapped[float | None]
    why: Mapped[str]
    signs: Mapped[list[Any]] = mapped_column(JSONB)
    nearest: Mapped[list[Any]] = mapped_column(JSONB)
    candidate_id: Mapped[int | None] = mapped_column(BigInteger)
    judged_at: Mapped[CreatedAt]


class Candidate(Base):
    """What may be missing from the register, or stand in it wrongly, with the evidence.

    `state` is written only by `flows.hidden_services.state`; `revision` counts its changes, so
    that who decides can say what they saw. `registered` says that it stands in the register
    (dormant services, and those that are always refused). `score` is the uncalibrated probability
    that it is what its kind says, `probability` the one calibrated by decisions. `evidence` is
    what a decision rests on, `decided_on` the evidence at the last decision. `service` is the
    register's code: the dormant or refused service, the one it is another name of, or the one
    entered.
    """

    __tablename__ = "candidates"
    __table_args__ = (
        CheckConstraint(f"state IN ({_listed(STATES)})", name="state"),
        CheckConstraint(f"kind IN ({_listed(CANDIDATE_KINDS)})", name="kind"),
        Index("ix_candidates_state", "state", "probability"),
        Index(
            "ix_candidates_registered",
            "kind",
            "service",
            unique=True,
            postgresql_where="registered",
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="new")
    reason: Mapped[str] = mapped_column(server_default="found")
    sentence: Mapped[str] = mapped_column(server_default="")
    revision: Mapped[int] = mapped_column(server_default="0")
    names: Mapped[dict[str, Any]] = mapped_column(JSONB)
    registered: Mapped[bool] = mapped_column(server_default="false")
    service: Mapped[str | None]
    organisations: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    regions: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    p_service: Mapped[float | None]
    p_absent: Mapped[float | None]
    score: Mapped[float]
    probability: Mapped[float]
    why: Mapped[str]
    signs: Mapped[list[Any]] = mapped_column(JSONB, server_default="[]")
    nearest: Mapped[list[Any]] = mapped_column(JSONB, server_default="[]")
    evidence: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    decided_on: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    volume: Mapped[int | None] = mapped_column(BigInteger)
    recipients: Mapped[int | None] = mapped_column(BigInteger)
    first_seen: Mapped[datetime | None]
    last_seen: Mapped[datetime | None]
    draft: Mapped[str | None]
    found_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class CandidateChange(Base):
    """One step of a candidate's state: who, when, why; written in the transaction of the step.

    `as_of` is the moment that was judged or decided, `at` the moment of writing.
    """

    __tablename__ = "candidate_changes"
    __table_args__ = (Index("ix_candidate_changes_candidate_id", "candidate_id"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    candidate_id: Mapped[int] = mapped_column(BigInteger)
    was: Mapped[str | None]
    became: Mapped[str]
    reason: Mapped[str]
    sentence: Mapped[str]
    actor: Mapped[str]
    as_of: Mapped[datetime]
    at: Mapped[CreatedAt]
