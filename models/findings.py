"""Findings: what is wrong with a body's system, since when, by which evidence, until when."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import BigInteger

from models.base import Base, CreatedAt


class Finding(Base):
    """One thing that is, or was, wrong; written only by `flows.failures.findings`.

    `kind` is one of `flows.failures.verdict.KINDS`; `subject` says which part of the system
    (`probe:https`, `service:…`, `source:…`, `contract:…`), with `side` that saw it. `state` is
    `suspected`, `confirmed` or `over`; `reason` a code and `sentence` its words. `began_at` is
    when it began, not when it was found; `looked_until` the last moment that was judged.

    `again` counts how often it came back (flapping); `good_since` is set while one that came back
    often is good and has not been so for long enough to be over. One that is suspected again
    keeps the `ended_at` of before until that is confirmed; so what goes on is told by `state`.

    `held_back` says why its alert is kept from firing (`maintenance`, `inhibited` or
    `told_by`), `held_back_by` the window, the finding or the alert. `numbers` are what the
    sentence counts; `alerted_at` is when its alert began to fire, null while it has none.
    """

    __tablename__ = "findings"
    __table_args__ = (
        CheckConstraint("state IN ('suspected', 'confirmed', 'over')", name="state"),
        CheckConstraint("severity IN ('critical', 'warning', 'info')", name="severity"),
        Index(
            "ix_findings_open",
            "kind",
            "system",
            "subject",
            unique=True,
            postgresql_where="state <> 'over'",
        ),
        Index("ix_findings_subject", "kind", "system", "subject", "id"),
        Index("ix_findings_system", "system", "began_at"),
        Index("ix_findings_alerted", "id", postgresql_where="alerted_at IS NOT NULL"),
        Index("ix_findings_unconfirmed", "ended_at", postgresql_where="confirmed_at IS NULL"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    kind: Mapped[str]
    system: Mapped[str]
    subject: Mapped[str]
    side: Mapped[str]
    state: Mapped[str]
    severity: Mapped[str]
    reason: Mapped[str]
    sentence: Mapped[str]
    numbers: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    began_at: Mapped[datetime]
    found_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    looked_until: Mapped[datetime]
    good_since: Mapped[datetime | None]
    again: Mapped[int] = mapped_column(server_default="0")
    held_back: Mapped[str | None]
    held_back_by: Mapped[str | None]
    alerted_at: Mapped[datetime | None]


class FindingChange(Base):
    """One change of a finding's state, written in the transaction of the change."""

    __tablename__ = "finding_changes"
    __table_args__ = (Index("ix_finding_changes_finding_id", "finding_id"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    finding_id: Mapped[int] = mapped_column(BigInteger)
    was: Mapped[str | None]
    became: Mapped[str]
    reason: Mapped[str]
    sentence: Mapped[str]
    as_of: Mapped[datetime]
    actor: Mapped[str]
    at: Mapped[CreatedAt]


class FindingEvidence(Base):
    """One thing that a finding rests on: a probe, a call, a pull, a document, as it was seen.

    `origin` is the table or file, `reference` the row in it; `values` are copied, because the
    raw rows are kept for a shorter time than findings are. Each row of a table or file is there
    once. No personal data.
    """

    __tablename__ = "finding_evidence"
    __table_args__ = (UniqueConstraint("finding_id", "origin", "reference"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    finding_id: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]
    origin: Mapped[str]
    reference: Mapped[str]
    sentence: Mapped[str]
    values: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
