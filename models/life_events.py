"""Life events that bodies tell of, and who consented to a service without an application."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class LifeEvent(Base):
    """A life event that a body's system told of, and the application that it started."""

    __tablename__ = "life_events"

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
    sentence: Mapped[str | None]


class Consent(Base):
    """A person's consent to data access, with the phone number that is on record."""

    __tablename__ = "consents"

    system: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(primary_key=True)
    phone: Mapped[str | None]
    language: Mapped[str | None]
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]
    source: Mapped[str]
    pull_id: Mapped[int]
