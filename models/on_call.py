"""What people on call have done and were told: silences, hand-overs, attempts to reach them."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import BigInteger

from models.base import Base, CreatedAt


class Silence(Base):
    """Alerts that nobody is told of for a while, in Alertmanager's words: all matchers must fit.

    `matchers` is a list of (label, op, value). It has an end always; one that was lifted before
    has `lifted_at`.
    """

    __tablename__ = "silences"
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="order"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    matchers: Mapped[list[Any]] = mapped_column(JSONB)
    author: Mapped[str]
    reason: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[str | None]


class HandOver(Base):
    """From when on who is on duty in a rota; `person` is null where nobody is (a gap)."""

    __tablename__ = "hand_overs"
    __table_args__ = (Index("ix_hand_overs_rota_at", "rota", "at"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    rota: Mapped[str]
    person: Mapped[str | None]
    was: Mapped[str | None]
    at: Mapped[datetime]


class NoticeAttempt(Base):
    """One attempt to deliver a notice, written before it is made.

    `outcome` is null until it is known: a process that was killed meanwhile leaves it so, and
    whether the notice arrived is not known. `error` is without secrets.
    """

    __tablename__ = "notice_attempts"
    __table_args__ = (
        CheckConstraint("outcome IN ('taken', 'refused')", name="outcome"),
        Index("ix_notice_attempts_notice", "notice_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    notice_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("notices.id"))
    receiver: Mapped[str]
    at: Mapped[CreatedAt]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    error: Mapped[str | None]
