"""Applications for public services, what happened to them, and when their clocks stood still."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import BigInteger

from models.base import Base

TIMELINESS = ("on_time", "late", "open", "at_risk", "overdue", "no_standard")


class Application(Base):
    """An application, as its system last told it, with its lawful due date.

    `number` is unique in its `system`. From `registered_on` to `standard_id` the columns follow
    from the others and are written only by `flows.delays.due_dates`; `timeliness`, `judged_at`
    and `next_look_at` only by `flows.delays.tick`. `next_look_at` is the moment from which the
    state may be another; null while nothing but new data can change it.
    """

    __tablename__ = "applications"
    __table_args__ = (
        Index("ix_applications_applicant", "applicant"),
        Index(
            "ix_applications_next_look", "next_look_at", postgresql_where="next_look_at IS NOT NULL"
        ),
        Index("ix_applications_received_at", "received_at"),
        Index(
            "ix_applications_behind",
            "timeliness",
            "due_at",
            "system",
            "number",
            "region",
            postgresql_where="timeliness IN ('at_risk', 'overdue')",
        ),
        CheckConstraint("completed_at >= received_at", name="order"),
    )

    system: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(primary_key=True)
    service: Mapped[str]
    sub_type: Mapped[str | None]
    channel: Mapped[str | None]
    region: Mapped[str | None]
    office: Mapped[str | None]
    organisation: Mapped[str | None]
    applicant: Mapped[str | None]
    received_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
    result: Mapped[str | None]
    given_due_at: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]
    source: Mapped[str]
    pull_id: Mapped[int]
    registered_on: Mapped[date | None]
    due_at: Mapped[datetime | None]
    inner_due_at: Mapped[datetime | None]
    at_risk_at: Mapped[datetime | None]
    standard_id: Mapped[int | None]
    timeliness: Mapped[str | None]
    judged_at: Mapped[datetime | None]
    next_look_at: Mapped[datetime | None]


class ApplicationEvent(Base):
    """Something that happened to an application: a stage, a holder, a stop or a restart.

    An event may arrive before its application does; nothing ties it but the number.
    """

    __tablename__ = "application_events"
    # With all that a split of the clock needs, so that it reads the index and not the rows.
    __table_args__ = (
        Index(
            "ix_application_events_number",
            "system",
            "number",
            "at",
            postgresql_include=["kind", "holder"],
        ),
    )

    system: Mapped[str] = mapped_column(primary_key=True)
    event: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str]
    kind: Mapped[str]
    at: Mapped[datetime]
    holder: Mapped[str | None]
    stage: Mapped[str | None]
    reason: Mapped[str | None]
    changed_at: Mapped[datetime | None]
    source: Mapped[str]
    pull_id: Mapped[int]


class ClockStop(Base):
    """A time in which an application's clock stood still; `restarted_at` is null while it does.

    Follows from the events `stopped` and `restarted`, and where the policy says so from proven
    outages: then `finding_id` is the evidence. Written only by `flows.delays.clock_stops`.
    """

    __tablename__ = "clock_stops"
    __table_args__ = (
        Index("ix_clock_stops_stopped_at", "stopped_at"),
        Index("ix_clock_stops_restarted_at", "restarted_at"),
    )

    system: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(primary_key=True)
    stopped_at: Mapped[datetime] = mapped_column(primary_key=True)
    restarted_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    finding_id: Mapped[int | None] = mapped_column(BigInteger)
