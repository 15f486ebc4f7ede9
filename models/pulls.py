"""Pulls from sources: where each stands, what each brought, and what was held back."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import BigInteger, Text

from models.base import Base, CreatedAt


class SourceState(Base):
    """Where a source stands: moved only in the transaction that stores the rows behind it.

    `cursor` is the greatest value of the cursor field that has been stored, as the source
    wrote it. `looked_until` is the start of the last pull that succeeded: what happened after
    it is not known here. `fields` are the fields last seen, with the kinds of their values.
    """

    __tablename__ = "source_states"

    source: Mapped[str] = mapped_column(primary_key=True)
    system: Mapped[str]
    dataset: Mapped[str]
    cursor: Mapped[Any | None] = mapped_column(JSONB)
    looked_until: Mapped[datetime | None]
    fields: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    last_pull_id: Mapped[int | None]


class Pull(Base):
    """One pull: running, succeeded or failed; `reason` is a code and `sentence` its words.

    Counts are rows, `bytes` those of the raw answers, `sha256` the digest over their digests
    in order. `broken` counts the rows that broke each rule. `holder` is who pulls, from where.
    `facts` are what the batch looked like (`flows.ingest.facts`).
    """

    __tablename__ = "pulls"
    __table_args__ = (
        CheckConstraint("state IN ('running', 'succeeded', 'failed')", name="state"),
        Index("ix_pulls_source", "source", "started_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    source: Mapped[str]
    kind: Mapped[str]
    holder: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str | None]
    sentence: Mapped[str | None]
    started_at: Mapped[CreatedAt]
    ended_at: Mapped[datetime | None]
    window_since: Mapped[Any | None] = mapped_column(JSONB)
    window_until: Mapped[Any | None] = mapped_column(JSONB)
    pages: Mapped[int] = mapped_column(server_default="0")
    read: Mapped[int] = mapped_column(server_default="0")
    repeated: Mapped[int] = mapped_column(server_default="0")
    inserted: Mapped[int] = mapped_column(server_default="0")
    updated: Mapped[int] = mapped_column(server_default="0")
    unchanged: Mapped[int] = mapped_column(server_default="0")
    quarantined: Mapped[int] = mapped_column(server_default="0")
    bytes: Mapped[int] = mapped_column(BigInteger, server_default="0")
    sha256: Mapped[str | None]
    broken: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    drift: Mapped[list[Any]] = mapped_column(JSONB, server_default="[]")
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")


class SourceHabits(Base):
    """What is usual with a source, learnt pull by pull up to `last_pull_id`.

    `looked_until` is the beginning of that pull. Written only by `flows.failures.data`.
    """

    __tablename__ = "source_habits"

    source: Mapped[str] = mapped_column(primary_key=True)
    last_pull_id: Mapped[int] = mapped_column(BigInteger)
    looked_until: Mapped[datetime]
    habits: Mapped[dict[str, Any]] = mapped_column(JSONB)


class QuarantinedRow(Base):
    """A record that broke a rule: held until it is released, or a good one supersedes it.

    `record` is what the source sent; it may name a person, so reading it is audited.
    """

    __tablename__ = "quarantine"
    __table_args__ = (
        CheckConstraint("state IN ('held', 'released', 'superseded')", name="state"),
        UniqueConstraint("source", "fingerprint"),
        Index("ix_quarantine_key", "source", "key"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    source: Mapped[str]
    dataset: Mapped[str]
    key: Mapped[str | None]
    fingerprint: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="held")
    codes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    reasons: Mapped[list[str]] = mapped_column(ARRAY(Text))
    record: Mapped[dict[str, Any]] = mapped_column(JSONB)
    pull_id: Mapped[int] = mapped_column(BigInteger)
    held_at: Mapped[CreatedAt]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None]
