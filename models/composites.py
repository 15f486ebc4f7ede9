"""Composite applications: one application of a person, carried through several bodies' services."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index
from sqlalchemy.dialects.postgresql import JSON, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import BigInteger

from models.base import Base, CreatedAt

APPLICATION_STATES = ("running", "waiting", "held", "person", "cancelling", "ended")
OUTCOMES = ("done", "partly", "refused", "cancelled")
STEP_STATES = (
    "pending", "ready", "calling", "waiting", "held", "person",
    "done", "refused", "skipped", "dropped", "undoing", "undone",
)  # fmt: skip


def _one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


class CompositeDefinition(Base):
    """A definition as it was accepted; a running application keeps the version it began with.

    `version` counts from 1 for each composite; `digest` tells whether the file still says this.
    `definition` is kept as text (json, not jsonb): the order of steps and inputs means something.
    """

    __tablename__ = "composite_definitions"

    composite: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str]
    definition: Mapped[dict[str, Any]] = mapped_column(JSON)
    accepted_at: Mapped[CreatedAt]


class CompositeApplication(Base):
    """One application of one person.

    `state` drives the machine, `reason` is a code and `sentence` its words in `language`;
    `outcome` is there once it has ended. `data` are the form's values and `facts` what was
    counted at receipt. `same` is the digest by which the same application sent twice is known,
    and `undo_from` says that what was done is taken back, since when.
    """

    __tablename__ = "composite_applications"
    __table_args__ = (
        _one_of("state", APPLICATION_STATES),
        _one_of("outcome", OUTCOMES),
        CheckConstraint("(state = 'ended') = (outcome IS NOT NULL)", name="ended"),
        Index(
            "uq_composite_applications_same",
            "composite",
            "same",
            unique=True,
            postgresql_where="outcome IS NULL OR outcome IN ('done', 'partly')",
        ),
        Index("ix_composite_applications_applicant", "applicant"),
        Index("ix_composite_applications_state", "state", postgresql_where="state <> 'ended'"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    composite: Mapped[str]
    version: Mapped[int]
    state: Mapped[str]
    outcome: Mapped[str | None]
    reason: Mapped[str]
    sentence: Mapped[str]
    applicant: Mapped[str]
    language: Mapped[str]
    channel: Mapped[str | None]
    office: Mapped[str | None]
    region: Mapped[str | None]
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    same: Mapped[str]
    origin: Mapped[str]
    received_at: Mapped[datetime]
    undo_from: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    changed_at: Mapped[CreatedAt]


class CompositeStep(Base):
    """One step of one application.

    `pending` until what it requires is there; `ready` to be taken; `calling` while an intent is
    out, with its answer awaited; `waiting` for a result, a moment or an answer to be asked for;
    `held` while a system fails; `person` while somebody has to help; then `done`, `refused`,
    `skipped` (its condition does not hold) or `dropped` (no longer wanted); `undoing` and
    `undone` where it is taken back. `next_at` is when a worker has to look at it, null while
    only something else can move it. While `calling`, it is the end of the lease, and `lease` its
    number: an answer under another lease changes nothing. `key` is the idempotency key, the
    same for every attempt; `position` the step's place in the definition. `began_at` is when it
    was first sent or handed to a person, `sent_at` when it, or its undo, was sent last;
    `asks` counts the questions since then about a step in doubt.
    """

    __tablename__ = "composite_steps"
    __table_args__ = (
        _one_of("state", STEP_STATES),
        Index("ix_composite_steps_next", "next_at", postgresql_where="next_at IS NOT NULL"),
        Index("ix_composite_steps_held", "system", postgresql_where="state = 'held'"),
    )

    application: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("composite_applications.id"), primary_key=True
    )
    step: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    kind: Mapped[str]
    system: Mapped[str | None]
    service: Mapped[str | None]
    sub_type: Mapped[str | None]
    state: Mapped[str]
    reason: Mapped[str]
    sentence: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    reply_token: Mapped[str | None] = mapped_column(unique=True)
    next_at: Mapped[datetime | None]
    lease: Mapped[int | None] = mapped_column(BigInteger)
    attempts: Mapped[int] = mapped_column(server_default="0")
    undo_attempts: Mapped[int] = mapped_column(server_default="0")
    asks: Mapped[int] = mapped_column(server_default="0")
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    refusal: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    reference: Mapped[str | None]
    began_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class CompositeAttempt(Base):
    """One call: its intent is committed before it is made, its answer after.

    `does` is `call`, `ask`, `undo`, `ask_undo` or `notify`. `outcome` is null while no answer
    is known; then `done`, `refused`, `waits`, `absent`, `failed`, `not_sent`, `unanswered`,
    `untrusted` or `misfit` (an answer that does not fit the mapping). `asked` and `answered` are
    copies with secrets taken out, their digests those of the raw messages. `shared` names the
    fields of the person that went out.
    """

    __tablename__ = "composite_attempts"
    __table_args__ = (
        _one_of("does", ("call", "ask", "undo", "ask_undo", "notify")),
        Index("ix_composite_attempts_step", "application", "step"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    application: Mapped[int] = mapped_column(BigInteger)
    step: Mapped[str]
    does: Mapped[str]
    system: Mapped[str]
    lease: Mapped[int] = mapped_column(BigInteger)
    worker: Mapped[str]
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    code: Mapped[str | None]
    sentence: Mapped[str | None]
    asked: Mapped[str | None]
    asked_sha256: Mapped[str | None]
    answered: Mapped[str | None]
    answered_sha256: Mapped[str | None]
    shared: Mapped[list[Any]] = mapped_column(JSONB, server_default="[]")


class CompositeChange(Base):
    """One change of an application (step null) or of a step, in the transaction of the change."""

    __tablename__ = "composite_changes"
    __table_args__ = (Index("ix_composite_changes_application", "application", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    application: Mapped[int] = mapped_column(BigInteger)
    step: Mapped[str | None]
    was: Mapped[str | None]
    became: Mapped[str]
    reason: Mapped[str]
    sentence: Mapped[str]
    actor: Mapped[str]
    at: Mapped[datetime]


class CallBack(Base):
    """What came back by itself, whether it was awaited or not; nothing that came is lost.

    `outcome` is `taken`, `early` (kept for a step that still calls), `again` (the same as
    before), `late` (the step had ended), `unknown` (no step has this address), `misfit` (held:
    does not fit the mapping) or `refused` (unreadable, too long, wrongly signed).
    """

    __tablename__ = "composite_call_backs"
    __table_args__ = (Index("ix_composite_call_backs_step", "application", "step"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    received_at: Mapped[datetime]
    application: Mapped[int | None] = mapped_column(BigInteger)
    step: Mapped[str | None]
    outcome: Mapped[str]
    sentence: Mapped[str]
    body: Mapped[str]
    body_sha256: Mapped[str]


class AssistanceCase(Base):
    """Something that a named office has to do, so that an application can go on.

    `kind` is `assistance` (the machine cannot go on), `task` (a step for a person), `letter` (an
    undo by letter) or `incident` (an undo that failed). `missing` and `todo` are words for the
    office; `resolution` is what was done and `how` what follows: `go_on`, `done`, `refused`,
    `again` or `drop`.
    """

    __tablename__ = "assistance_cases"
    __table_args__ = (
        _one_of("kind", ("assistance", "task", "letter", "incident")),
        _one_of("state", ("open", "resolved", "withdrawn")),
        Index(
            "uq_assistance_cases_open",
            "application",
            "step",
            "kind",
            unique=True,
            postgresql_where="state = 'open'",
        ),
        Index("ix_assistance_cases_due_at", "due_at", postgresql_where="state = 'open'"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    application: Mapped[int] = mapped_column(BigInteger)
    step: Mapped[str]
    kind: Mapped[str]
    office: Mapped[str]
    reason: Mapped[str]
    missing: Mapped[str]
    todo: Mapped[str]
    state: Mapped[str]
    how: Mapped[str | None]
    resolution: Mapped[str | None]
    answers: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    resolved_by: Mapped[str | None]
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]


class Circuit(Base):
    """Whether a system's steps are held: opened by failures in a row, or by a finding.

    While it is `open` nothing is called but one try from `try_at` on; `tries` counts those that
    failed, and `trying` is set while one is out. `released_at` is when held steps were let go
    last, a few at a time.
    """

    __tablename__ = "composite_circuits"
    __table_args__ = (_one_of("state", ("closed", "open")),)

    system: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    reason: Mapped[str]
    sentence: Mapped[str]
    failures: Mapped[int] = mapped_column(server_default="0")
    since: Mapped[datetime]
    try_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(server_default="0")
    trying: Mapped[bool] = mapped_column(server_default="false")
    expected_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]


class CompositeNotAccepted(Base):
    """How often forms were not accepted, by what was wrong: all that is kept of them.

    `field` is empty for what the form does not have. A reading of it shows what people get wrong.
    """

    __tablename__ = "composite_not_accepted"

    composite: Mapped[str] = mapped_column(primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)
    last_at: Mapped[datetime]
