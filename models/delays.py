"""Breaches of standards, and every change of an application's timeliness."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import BigInteger

from models.base import Base, CreatedAt


class Breach(Base):
    """A standard that was not kept: at most one for an application and a clock.

    `state` is `open` while the application is overdue, `closed_late` once it was completed,
    `withdrawn` when the data or the standard turned out to be otherwise. Nothing is deleted.
    `reviewed_state` is the state that its review knows (`flows.delays.reviews.open`).
    """

    __tablename__ = "breaches"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'closed_late', 'withdrawn')", name="state"),
        Index("ix_breaches_changed_at", "changed_at"),
        Index("ix_breaches_open", "due_at", "system", "number", postgresql_where="state = 'open'"),
        Index(
            "ix_breaches_unreviewed",
            "system",
            "number",
            postgresql_where="reviewed_state IS DISTINCT FROM state",
        ),
    )

    system: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(primary_key=True)
    clock: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    reason: Mapped[str]
    due_at: Mapped[datetime]
    found_at: Mapped[datetime]
    changed_at: Mapped[CreatedAt]
    reviewed_state: Mapped[str | None]


class TimelinessChange(Base):
    """One step of an application's timeliness, written in the transaction of the change.

    `as_of` is the moment that was judged, `at` the moment of judging.
    """

    __tablename__ = "timeliness_changes"
    __table_args__ = (Index("ix_timeliness_changes_number", "system", "number"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    system: Mapped[str]
    number: Mapped[str]
    was: Mapped[str | None]
    became: Mapped[str]
    reason: Mapped[str]
    due_at: Mapped[datetime | None]
    as_of: Mapped[datetime]
    at: Mapped[CreatedAt]


class Tick(Base):
    """One check of the delays: what it looked at, up to when, and what it found."""

    __tablename__ = "ticks"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    as_of: Mapped[datetime]
    started_at: Mapped[CreatedAt]
    ended_at: Mapped[datetime | None]
    judged: Mapped[int] = mapped_column(server_default="0")
    changed: Mapped[int] = mapped_column(server_default="0")
