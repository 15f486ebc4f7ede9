"""Life events that bodies tell of, and who consented to a service without an application."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class LifeEvent(Base):
    """A life event that a body's system told of, and the application that it started.

    `details` is a JSON object, as the body tells it. From `looked_at` on the columns are written
    only by `flows.composite_services.proactive`: `started` is the application's number; where
    there is none, `reason` is a code and `sentence` its words, without a value of the person.
    """

    __tablename__ = "life_events"
    __table_args__ = (
        Index("ix_life_events_not_started", "kind", postgresql_where="started IS NULL"),
        Index("ix_life_events_person", "person"),
    )

    system: Mapped[str] = mapped_column(primary_key=True)
    event: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    person: Mapped[str]
    happened_at: Mapped[datetime]
    details: Mapped[str | None]
    changed_at: Mapped[datetime | None]
    source: Mapped[str]
    pull_id: Mapped[int]
    looked_at: Mapped[datetime | None]
    started: Mapped[str | None]
    reason: Mapped[str | None]
    sentence: Mapped[str | None]


class Consent(Base):
    """A person's consent to data access, with the phone number that is on record."""

    __tablename__ = "consents"
    __table_args__ = (Index("ix_consents_person", "person"),)

    system: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(primary_key=True)
    phone: Mapped[str | None]
    language: Mapped[str | None]
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]
    source: Mapped[str]
    pull_id: Mapped[int]
